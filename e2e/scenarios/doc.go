// Package scenarios runs the product on real control planes and holds what it
// says against what the scenario made. It holds tests only.
//
// One control plane per version serves all scenarios (see TestScenarios); each
// works in namespaces of its own, so most run at the same time. Those of the plan
// have others, because they start them anew with other settings (see TestPlan)
// and other versions (see TestBlockers). The test's own clients write and read
// whatever they like. The product never does: at the end the audit log is asked.
package scenarios

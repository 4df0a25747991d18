package model

// Assess judges every token of the inventory.
func Assess(inv *Inventory, know Knowledge, policy Policy) *Assessment {
	return &Assessment{Inventory: inv, Policy: policy}
}

// Package forecast holds what plan/cleaner foretells against what the real
// legacy-service-account-token-cleaner does, token by token and day by day. It
// holds tests only.
//
// Nobody can move a real cleaner's clock, but everything it compares with the
// clock is stored in the cluster. So between two passes of the cleaner every
// date there goes back by a day: since when uses are recorded, the labels, and,
// in etcd itself, when a token was made. To the cleaner a day has gone by. The
// forecast is made once, before the first pass.
package forecast

// Package changes lets the product change real control planes while things go
// wrong: servers that refuse, hang and die, operators who do the same at once,
// programs that are killed, objects that move, disks that are full. After every
// test the API server's audit log is held against the journals, object by
// object. It knows what a change should do, and nothing of how it is drafted.
package changes

// Package batch holds what is staged on one cluster: items that somebody chose,
// kept between two starts, and held against the newest facts. It stages nothing
// by itself and changes no cluster: packages change and run do.
package batch

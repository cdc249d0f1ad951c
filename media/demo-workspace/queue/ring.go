// Package queue has a ring buffer: a queue of fixed size that never allocates after it was made.
package queue

import "errors"

// ErrFull is returned by Push when there is no room.
var ErrFull = errors.New("queue: full")

// Ring is a first-in, first-out queue of ints.
type Ring struct {
	slots []int
	head  int // where the oldest value is
	count int
}

// NewRing makes a queue with room for size values.
func NewRing(size int) *Ring {
	return &Ring{slots: make([]int, size)}
}

// Push appends a value.
func (r *Ring) Push(value int) error {
	if r.count == len(r.slots) {
		return ErrFull
	}
	r.slots[(r.head+r.count)%len(r.slots)] = value
	r.count++
	return nil
}

// Pop removes the oldest value; ok is false when the queue is empty.
func (r *Ring) Pop() (value int, ok bool) {
	if r.count == 0 {
		return 0, false
	}
	value = r.slots[r.head]
	r.head = (r.head + 1) % len(r.slots)
	r.count--
	return value, true
}

// Len says how many values wait.
func (r *Ring) Len() int { return r.count }

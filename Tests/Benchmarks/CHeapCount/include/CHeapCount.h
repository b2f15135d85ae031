// Counts what a program does with its heap: the C library's own functions under other names, with two counters before
// them. Linux with glibc only; elsewhere the counts stay at zero and `heap_is_counted` says so.
// SPDX-License-Identifier: Apache-2.0
#ifndef CHEAPCOUNT_H
#define CHEAPCOUNT_H

#include <stdint.h>

/// Calls of malloc, calloc, realloc, aligned_alloc, posix_memalign and free so far.
uint64_t heap_operations(void);
/// Bytes that are in use now, as the allocator rounds them.
int64_t heap_bytes(void);
/// 1 where the counts are real.
int heap_is_counted(void);

#endif

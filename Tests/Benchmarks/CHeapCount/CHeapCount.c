#include "CHeapCount.h"

#if defined(__GLIBC__) || defined(__linux__)
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static _Atomic uint64_t operations;
static _Atomic int64_t bytes;

static void *counted(void *block) {
  atomic_fetch_add_explicit(&operations, 1, memory_order_relaxed);
  if (block) atomic_fetch_add_explicit(&bytes, (int64_t)malloc_usable_size(block), memory_order_relaxed);
  return block;
}

static void uncount(void *block) {
  if (block) atomic_fetch_sub_explicit(&bytes, (int64_t)malloc_usable_size(block), memory_order_relaxed);
}

void *malloc(size_t size) { return counted(__libc_malloc(size)); }
void *calloc(size_t count, size_t size) { return counted(__libc_calloc(count, size)); }
void *memalign(size_t alignment, size_t size) { return counted(__libc_memalign(alignment, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return counted(__libc_memalign(alignment, size)); }

void *realloc(void *block, size_t size) {
  uncount(block);
  return counted(__libc_realloc(block, size));
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  void *block = counted(__libc_memalign(alignment, size));
  if (!block) return ENOMEM;
  *result = block;
  return 0;
}

void free(void *block) {
  atomic_fetch_add_explicit(&operations, 1, memory_order_relaxed);
  uncount(block);
  __libc_free(block);
}

uint64_t heap_operations(void) { return atomic_load_explicit(&operations, memory_order_relaxed); }
int64_t heap_bytes(void) { return atomic_load_explicit(&bytes, memory_order_relaxed); }
int heap_is_counted(void) { return 1; }
#else
uint64_t heap_operations(void) { return 0; }
int64_t heap_bytes(void) { return 0; }
int heap_is_counted(void) { return 0; }
#endif

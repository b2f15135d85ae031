// The one thing that Swift cannot say: variables that each thread has for itself. They are read and set here and nowhere
// pointed at; every access to the memory behind it is a Swift Atomic, so that the thread sanitizer sees it.
// SPDX-License-Identifier: Apache-2.0
#ifndef CVITALS_H
#define CVITALS_H

#if defined(__ELF__)
// One load relative to the thread's register, also from a shared library that was there when the process started.
#define VITALS_THREAD_MODEL __attribute__((tls_model("initial-exec")))
#else
#define VITALS_THREAD_MODEL
#endif

extern _Thread_local void *_Nullable vitals_thread_cells VITALS_THREAD_MODEL;

static inline void *_Nullable vitals_thread_cells_get(void) { return vitals_thread_cells; }

/// Not zero once the thread's destructors have begun.
extern _Thread_local char vitals_thread_ended VITALS_THREAD_MODEL;

static inline char vitals_thread_ended_get(void) { return vitals_thread_ended; }

static inline void vitals_thread_ended_set(void) { vitals_thread_ended = 1; }

static inline void vitals_thread_cells_set(void *_Nullable cells) { vitals_thread_cells = cells; }

#endif

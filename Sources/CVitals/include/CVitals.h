// The one thing that Swift cannot say: a variable that each thread has for itself. It is read and set here and nowhere
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

static inline void vitals_thread_cells_set(void *_Nullable cells) { vitals_thread_cells = cells; }

#endif

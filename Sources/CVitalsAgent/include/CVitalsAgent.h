// What Swift's Glibc module does not import: Linux-only headers and zlib, and the arguments of the process. Nothing computes
// but the byte masks.
// SPDX-License-Identifier: Apache-2.0
#ifndef CVITALS_AGENT_H
#define CVITALS_AGENT_H

#include <linux/btrfs.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/stat.h>
#include <malloc.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <zlib.h>

#include "ByteMasks.h"

// Linux's own, which the C library declares only under _GNU_SOURCE; that would give fd_set other fields than Swift's Glibc
// module knows.
extern int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
extern ssize_t getdents64(int descriptor, void *buffer, size_t length);
extern int statx(int directory, const char *path, int flags, unsigned mask, struct statx *status);

// The process's arguments, the program's name first; a null pointer past them.
int vitals_argument_count(void);
const char *vitals_argument(int index);

#endif

/* A short life, for births.py: `newborn ROLE MILLISECONDS NAME`. It takes the name, does as its role says and ends by
 * itself if nobody kills it first. Roles: sleep; busy (some 15 ms of CPU a second, enough to count as busy); listen (on a
 * TCP port of the kernel's choice); threads (30 of them, each asleep). In C and nice, so that 200 of them a second leave
 * the machine to the agent.
 * SPDX-License-Identifier: Apache-2.0 */
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void rest(long milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&time, 0);
}

static void burn(long milliseconds) {
  struct timespec now, begin;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
  do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  while ((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 < milliseconds);
}

static void *sleeper(void *name) {
  prctl(PR_SET_NAME, name);
  pause();
  return 0;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  const char *role = arguments[1];
  long left = atol(arguments[2]);
  prctl(PR_SET_NAME, arguments[3]);
  nice(19);
  if (!strcmp(role, "listen")) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (server < 0 || bind(server, (void *)&address, sizeof address) || listen(server, 4)) return 1;
  }
  for (int number = 0; !strcmp(role, "threads") && number < 30; number++) {
    pthread_t thread;
    if (pthread_create(&thread, 0, sleeper, number % 3 ? "pool" : arguments[3])) return 1;
  }
  for (; left > 0; left -= 1000) {
    if (!strcmp(role, "busy")) burn(15);
    rest(left < 1000 ? left : 1000);
  }
  return 0;
}

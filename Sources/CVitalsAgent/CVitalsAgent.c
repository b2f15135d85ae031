#include "CVitalsAgent.h"

static int count;
static char **texts;

// glibc hands them to every function that runs before main.
__attribute__((constructor)) static void keep(int argc, char **argv) {
  count = argc;
  texts = argv;
}

int vitals_argument_count(void) { return count; }

const char *vitals_argument(int index) { return index >= 0 && index < count ? texts[index] : 0; }

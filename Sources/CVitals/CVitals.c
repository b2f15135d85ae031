#include "CVitals.h"

_Thread_local void *vitals_thread_cells;

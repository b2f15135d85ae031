#include "CVitals.h"

_Thread_local void *vitals_thread_cells;
_Thread_local char vitals_thread_ended;

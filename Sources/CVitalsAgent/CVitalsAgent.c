#include "CVitalsAgent.h"

#if SwiftMetrics
import Testing
#endif

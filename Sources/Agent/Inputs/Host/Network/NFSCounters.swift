// What the lines of /proc/net/rpc/nfs and nfsd count. A line of procedures begins with their number, then has one count
// for each, in the order of the protocol; see the kernel's net/sunrpc/stats.c and fs/nfsd/stats.c. Names of procedures are
// node_exporter's.
// SPDX-License-Identifier: Apache-2.0
import VitalsMetrics

/// The lines of one of the files.
struct NFSCounters: Sendable {
  /// A series: in which column of a line it stands, and what it is.
  struct Series: Sendable {
    let column: Int
    let family: Int
    let labels: LabelSet
  }

  /// A line of the file.
  struct Line: Sendable {
    let key: String
    /// Whether the first number says how many follow.
    let isCounted: Bool
    /// Numbers that it has at least.
    let least: Int
    let series: [Series]
  }

  let families: [MetricFamily]
  let lines: [Line]

  private static func plain(_ key: String, _ least: Int, _ columns: [(Int, Int, [(name: String, value: String)])])
    -> Line
  {
    Line(
      key: key, isCounted: false, least: least,
      series: columns.map { Series(column: $0.0, family: $0.1, labels: LabelSet($0.2)) })
  }

  /// A line of procedures; an empty name is one without series.
  private static func procedures(_ key: String, least: Int, _ version: String, _ family: Int, _ names: String) -> Line {
    var series: [Series] = []
    for (index, name) in names.split(separator: " ").enumerated() where name != "-" {
      let labels = LabelSet([("proto", version), ("method", String(name))])
      series.append(Series(column: index + 1, family: family, labels: labels))
    }
    return Line(key: key, isCounted: true, least: least, series: series)
  }

  private static let version2 =
    "GetAttr SetAttr Root Lookup ReadLink Read WrCache Write Create Remove Rename Link SymLink MkDir RmDir ReadDir FsStat"
  private static let version3 =
    "GetAttr SetAttr Lookup Access ReadLink Read Write Create MkDir SymLink MkNod Remove RmDir Rename Link ReadDir "
    + "ReadDirPlus FsStat FsInfo PathConf Commit"

  /// /proc/net/rpc/nfs.
  static let client = NFSCounters(
    families: [
      MetricFamily("node_nfs_packets_total", .counter, help: "Packets of NFS, sent and received, by protocol."),
      MetricFamily("node_nfs_connections_total", .counter, help: "TCP connections of NFS."),
      MetricFamily("node_nfs_rpcs_total", .counter, help: "Remote calls made."),
      MetricFamily("node_nfs_rpc_retransmissions_total", .counter, help: "Remote calls sent again."),
      MetricFamily("node_nfs_rpc_authentication_refreshes_total", .counter, help: "Times that rights were renewed."),
      MetricFamily("node_nfs_requests_total", .counter, help: "NFS procedures called."),
    ],
    lines: [
      plain("net", 4, [(1, 0, [("protocol", "udp")]), (2, 0, [("protocol", "tcp")]), (3, 1, [])]),
      plain("rpc", 3, [(0, 2, []), (1, 3, []), (2, 4, [])]),
      procedures("proc2", least: 18, "2", 5, "Null " + version2),
      procedures("proc3", least: 22, "3", 5, "Null " + version3),
      procedures(
        "proc4", least: 1, "4", 5,
        "Null Read Write Commit Open OpenConfirm OpenNoattr OpenDowngrade Close Setattr FsInfo Renew SetClientID "
          + "SetClientIDConfirm Lock Lockt Locku Access Getattr Lookup LookupRoot Remove Rename Link Symlink Create "
          + "Pathconf StatFs ReadLink ReadDir ServerCaps DelegReturn GetACL SetACL FsLocations ReleaseLockowner Secinfo "
          + "FsidPresent ExchangeID CreateSession DestroySession Sequence GetLeaseTime ReclaimComplete GetDeviceInfo "
          + "LayoutGet LayoutCommit LayoutReturn SecinfoNoName TestStateID FreeStateID GetDeviceList BindConnToSession "
          + "DestroyClientID Seek Allocate DeAllocate LayoutStats Clone"),
    ])

  private static func served(_ name: String, _ help: String, _ type: MetricType = .counter) -> MetricFamily {
    MetricFamily("node_nfsd_" + name, type, help: help)
  }

  /// /proc/net/rpc/nfsd.
  static let server = NFSCounters(
    families: [
      served("reply_cache_hits_total", "Answers that were kept and sent again."),
      served("reply_cache_misses_total", "Answers to procedures that must be kept and were not."),
      served("reply_cache_nocache_total", "Answers to procedures that need not be kept."),
      served("file_handles_stale_total", "File handles that meant nothing any more."),
      served("disk_bytes_read_total", "Bytes read from disk by the NFS server."),
      served("disk_bytes_written_total", "Bytes written to disk by the NFS server."),
      served("server_threads", "Threads of the NFS server.", .gauge),
      served("read_ahead_cache_size_blocks", "Blocks of the read-ahead cache.", .gauge),
      served("read_ahead_cache_not_found_total", "Blocks that were not in the read-ahead cache."),
      served("packets_total", "Packets of the NFS server, sent and received, by protocol."),
      served("connections_total", "TCP connections of the NFS server."),
      served("rpc_errors_total", "Remote calls that were wrong, by what was wrong."),
      served("server_rpcs_total", "Remote calls received."),
      served("requests_total", "NFS procedures served."),
    ],
    lines: [
      plain("rc", 3, [(0, 0, []), (1, 1, []), (2, 2, [])]), plain("fh", 5, [(0, 3, [])]),
      plain("io", 2, [(0, 4, []), (1, 5, [])]), plain("th", 2, [(0, 6, [])]),
      plain("ra", 12, [(0, 7, []), (11, 8, [])]),
      plain("net", 4, [(1, 9, [("proto", "udp")]), (2, 9, [("proto", "tcp")]), (3, 10, [])]),
      plain(
        "rpc", 5,
        [(2, 11, [("error", "fmt")]), (3, 11, [("error", "auth")]), (4, 11, [("error", "cInt")]), (0, 12, [])]),
      procedures("proc2", least: 18, "2", 13, "- " + version2),
      procedures("proc3", least: 22, "3", 13, "- " + version3),
      procedures(
        "proc4ops", least: 39, "4", 13,
        "- - - Access Close Commit Create DelegPurge DelegReturn GetAttr GetFH Link Lock Lockt Locku Lookup LookupRoot "
          + "Nverify Open OpenAttr OpenConfirm OpenDgrd PutFH - - Read ReadDir ReadLink Remove Rename Renew RestoreFH "
          + "SaveFH SecInfo SetAttr SetClientID SetClientIDConfirm Verify Write RelLockOwner"),
      plain("wdeleg_getattr", 1, [(0, 13, [("proto", "4"), ("method", "WdelegGetattr")])]),
    ])
}

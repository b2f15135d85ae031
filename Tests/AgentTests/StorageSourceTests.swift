import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Disks and file systems, as the kernel and udev show them")
struct StorageSourceTests {
  private static func disk(_ first: String, rotational: String = "", serial: String = "") -> String {
    #"node_disk_info{\#(first),path="",revision="",rotational="\#(rotational)",serial="\#(serial)",wwn=""} 1.0"#
  }

  @Test(
    "Kinds of disks",
    arguments: [
      SourceCase("a line that was cut", ["diskstats": "8 0\n"]),
      SourceCase(
        "no udev, no queue", ["diskstats": "   8       0 sda 1 2 3\n"],
        [disk(#"device="sda",major="8",minor="0",model="""#)]),
      SourceCase(
        "a disk of rust, its partition left out",
        [
          "diskstats": "8 0 sda 1 2 3\n8 1 sda1 1 2 3\n",
          "root/run/udev/data/b8:0":
            "N:sda\nE:ID_ATA=1\nE:ID_MODEL=A=B\nE:ID_SERIAL=long\nE:ID_SERIAL_SHORT=s1\nE:ID_ATA_WRITE_CACHE=1\n"
            + "E:ID_ATA_ROTATION_RATE_RPM=fast\nE:ID_FS_TYPE=ext4\nE:ID_FS_UUID=u\nE:cut",
          "sysfs/class/block/sda/queue/rotational": "1\n",
        ],
        [
          disk(#"device="sda",major="8",minor="0",model="A=B""#, rotational: "1", serial: "s1"),
          #"node_disk_filesystem_info{device="sda",type="ext4",usage="",uuid="u",version=""} 1.0"#,
          #"node_disk_ata_write_cache{device="sda"} 1.0"#,
        ], malformed: 1),
      SourceCase(
        "a mapped device",
        [
          "diskstats": "253 0 dm-0 1\n",
          "root/run/udev/data/b253:0": "E:DM_NAME=vg-root\nE:DM_VG_NAME=vg\nE:DM_LV_NAME=root\nE:SCSI_IDENT_SERIAL=\n",
        ],
        [
          disk(#"device="dm-0",major="253",minor="0",model="""#),
          #"node_disk_device_mapper_info{device="dm-0",lv_layer="",lv_name="root",name="vg-root",uuid="",vg_name="vg"} 1.0"#,
        ]),
    ])
  func disks(one: SourceCase) throws { try one.check { DiskInfoSource(paths: $0, filter: .standard) } }

  @Test("A list of disks holds for their figures and their kinds")
  func filter() throws {
    let tree = try ProcTree()
    try tree.write("diskstats", "8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n8 1 sda1 1 2 3 4 5 6 7 8 9 10 11\n")
    let filter = try NameFilter("*,-sda", option: "disks")
    let input = DiskInput(paths: tree.paths, log: RecordingLog(), filter: filter)
    input.sample(at: tree.now)
    #expect(RecordingSink.of(input).values("node_disk_io_now") == [#"device="sda1""#: 9])
    let info = HelperInput(
      DiskInfoSource(paths: tree.rooted, filter: filter), work: StepWork(), turns: ReadingTurns(), log: RecordingLog())
    info.sample(at: tree.now)
    #expect(RecordingSink.of(info).values("node_disk_info").count == 1)
  }

  @Test("Disks that come, go and change places keep their figures apart")
  func places() throws {
    let tree = try ProcTree()
    let input = DiskInput(paths: tree.paths, log: RecordingLog())
    func reads(_ names: String...) throws -> [String: Double] {
      try tree.write("diskstats", names.map { "8 0 \($0) \($0.utf8.last ?? 0) 2 3 4 5 6 7 8 9 10 11\n" }.joined())
      input.sample(at: tree.now)
      #expect(input.malformedLines == 0)
      return RecordingSink.of(input).values("node_disk_reads_completed_total")
    }
    let (a, b, c) = (#"device="sda""#, #"device="sdb""#, #"device="sdc""#)
    #expect(try reads("sda", "sdb") == [a: 97, b: 98])
    #expect(try reads("sdc", "sdb", "sda") == [a: 97, b: 98, c: 99])
    #expect(try reads("sda") == [a: 97])
    #expect(try reads("sda", "loop0", "sdb") == [a: 97, b: 98])
    #expect(try reads() == [:])
  }

  @Test(
    "NVMe",
    arguments: [
      SourceCase(
        "a controller that tells nothing", ["sysfs/class/nvme/nvme0/x": ""],
        [#"node_nvme_info{cntlid="",device="nvme0",firmware_revision="",model="",serial="",state=""} 1.0"#]),
      SourceCase(
        "blocks of 4 KiB",
        [
          "sysfs/class/nvme/nvme0/serial": "S1  \n", "sysfs/class/nvme/nvme0/nvme0n1/size": "80\n",
          "sysfs/class/nvme/nvme0/nvme0n1/nuse": "3\n",
          "sysfs/class/nvme/nvme0/nvme0n1/queue/logical_block_size": "4096\n",
          "sysfs/class/nvme/nvme0/nvme0c0n1/size": "80\n",
        ],
        [
          #"node_nvme_info{cntlid="",device="nvme0",firmware_revision="",model="",serial="S1",state=""} 1.0"#,
          #"node_nvme_namespace_info{ana_state="unknown",device="nvme0",nsid="1"} 1.0"#,
          #"node_nvme_namespace_capacity_bytes{device="nvme0",nsid="1"} 40960.0"#,
          #"node_nvme_namespace_size_bytes{device="nvme0",nsid="1"} 40960.0"#,
          #"node_nvme_namespace_used_bytes{device="nvme0",nsid="1"} 12288.0"#,
          #"node_nvme_namespace_logical_block_size_bytes{device="nvme0",nsid="1"} 4096.0"#,
        ]),
    ])
  func nvme(one: SourceCase) throws { try one.check { NVMeSource(paths: $0) } }

  @Test("Tapes, without their other names")
  func tapes() throws {
    let one = SourceCase(
      "",
      [
        "sysfs/class/scsi_tape/st0/stats/io_ns": "1500000000\n", "sysfs/class/scsi_tape/st0/stats/in_flight": "1\n",
        "sysfs/class/scsi_tape/st0/stats/read_cnt": "-\n", "sysfs/class/scsi_tape/nst0/stats/in_flight": "1\n",
        "sysfs/class/scsi_tape/st0a/stats/in_flight": "1\n",
      ],
      [#"node_tape_io_now{device="st0"} 1.0"#, #"node_tape_io_time_seconds_total{device="st0"} 1.5"#], malformed: 1)
    try one.check { TapeSource(paths: $0) }
  }

  @Test(
    "Sizes for people",
    arguments: [
      ("", nil), ("k", nil), ("1.2.3", nil), ("1,2k", nil), ("x", nil), ("1Q", nil), ("0", 0), ("512", 512),
      ("1k", 1_024), ("1.5k", 1_524), ("-2M", -2_097_152), ("4.9G", 5_238_685_696), (".5k", nil), ("+1", 1),
    ] as [(String, Double?)])
  func sizes(text: String, wanted: Double?) { #expect(BcacheSource.number(text) == wanted) }

  @Test("A cache with its devices")
  func bcache() throws {
    let set = "sysfs/fs/bcache/a-b"
    let one = SourceCase(
      "",
      [
        "sysfs/fs/bcache/register": "", set + "/tree_depth": "1\n", set + "/internal/btree_nodes": "many\n",
        set + "/bdev0/dirty_data": "1k\n", set + "/bdev0/stats_total/cache_readaheads": "0\n",
        set + "/bdev0/writeback_rate_debug": "rate:\t\t1.0M/sec\ntarget:\t\t2k\nproportional:\t-1k\nnext io:\t5ms\n",
        set + "/cache0/written": "3k\n",
      ],
      [
        #"node_bcache_tree_depth{uuid="a-b"} 1.0"#,
        #"node_bcache_dirty_data_bytes{backing_device="bdev0",uuid="a-b"} 1024.0"#,
        #"node_bcache_writeback_rate{backing_device="bdev0",uuid="a-b"} 1048576.0"#,
        #"node_bcache_dirty_target_bytes{backing_device="bdev0",uuid="a-b"} 2048.0"#,
        #"node_bcache_writeback_rate_proportional_term{backing_device="bdev0",uuid="a-b"} -1024.0"#,
        #"node_bcache_written_bytes_total{cache_device="cache0",uuid="a-b"} 3072.0"#,
      ], malformed: 1)
    try one.check { BcacheSource(paths: $0) }
  }

  @Test(
    "XFS",
    arguments: [
      SourceCase(
        "a line too short, one with a word", ["sysfs/fs/xfs/sda1/stats/stats": "rw 1\nabt 1 2 x 4\n"], malformed: 2),
      SourceCase(
        "lines that are not served, and more figures than are known",
        [
          "sysfs/fs/xfs/sda1/stats/stats": "trans 1 2 3\nrw 5 6 7\nxpc 1\nvnodes 1 2 3 4 5 6",
          "sysfs/fs/xfs/debug/x": "",
        ],
        [#"node_xfs_write_calls_total{device="sda1"} 5.0"#, #"node_xfs_read_calls_total{device="sda1"} 6.0"#],
        malformed: 1),
    ])
  func xfs(one: SourceCase) throws { try one.check { XFSSource(paths: $0) } }

  @Test(
    "ZFS",
    arguments: [
      SourceCase("a table without its head", ["spl/kstat/zfs/arcstats": "hits 4 1\n"], malformed: 1),
      SourceCase(
        "figures of 64 bits only",
        [
          "spl/kstat/zfs/arcstats":
            "13 1 0x01 91 24752 1 2\nname type data\nhits 4 12\nmru-size 3 -5\nwrong 4 -5\nword 7 abc\nodd\u{e9} 4 1\ncut 4"
        ],
        ["node_zfs_arc_hits 12.0", "node_zfs_arc_mru_size -5.0"], malformed: 2),
      SourceCase(
        "a pool with a dataset",
        [
          "spl/kstat/zfs/tank/io": "12 3 0x00 1 80 1 2\nnread nwritten reads\n1 2 x\n",
          "spl/kstat/zfs/tank/state": "ONLINE\n",
          "spl/kstat/zfs/tank/objset-0x36": "head\nname type data\ndataset_name 7 tank/a b\nreads 4 9\n",
          "spl/kstat/zfs/tank/objset-0x40": "head\nname type data\nreads 4 9\n",
        ],
        [
          #"node_zfs_zpool_nread{zpool="tank"} 1.0"#, #"node_zfs_zpool_nwritten{zpool="tank"} 2.0"#,
          #"node_zfs_zpool_dataset_reads{dataset="tank/a b",zpool="tank"} 9.0"#,
        ]
          + ["online", "degraded", "faulted", "offline", "removed", "unavail", "suspended"].map {
            "node_zfs_zpool_state{state=\"\($0)\",zpool=\"tank\"} \($0 == "online" ? 1.0 : 0.0)"
          }, malformed: 2),
    ])
  func zfs(one: SourceCase) throws { try one.check { ZFSSource(paths: $0) } }

  @Test("btrfs that is not mounted where the agent may ask it")
  func btrfs() throws {
    let system = "sysfs/fs/btrfs/0abc-1"
    let one = SourceCase(
      "",
      [
        "sysfs/fs/btrfs/features/x": "1", system + "/label": "data\n", system + "/allocation/global_rsv_size": "16\n",
        system + "/commit_stats": "commits 8\nlast_commit_ms 1500\nmore x\nmax_commit_ms\n",
        system + "/allocation/data/bytes_reserved": "4\n", system + "/allocation/data/raid5/total_bytes": "300\n",
        system + "/allocation/data/raid5/used_bytes": "x\n", system + "/devices/sda/size": "2\n",
        system + "/devices/sdb/size": "4\n", "self/mountinfo": "27 1 0:40 / /no/such rw - btrfs /dev/sda rw\n",
      ],
      [
        #"node_btrfs_info{label="data",uuid="0abc-1"} 1.0"#, #"node_btrfs_global_rsv_size_bytes{uuid="0abc-1"} 16.0"#,
        #"node_btrfs_commits_total{uuid="0abc-1"} 8.0"#, #"node_btrfs_last_commit_seconds{uuid="0abc-1"} 1.5"#,
        #"node_btrfs_reserved_bytes{block_group_type="data",uuid="0abc-1"} 4.0"#,
        #"node_btrfs_size_bytes{block_group_type="data",mode="raid5",uuid="0abc-1"} 300.0"#,
        #"node_btrfs_allocation_ratio{block_group_type="data",mode="raid5",uuid="0abc-1"} 2.0"#,
        #"node_btrfs_device_size_bytes{device="sda",uuid="0abc-1"} 1024.0"#,
        #"node_btrfs_device_size_bytes{device="sdb",uuid="0abc-1"} 2048.0"#,
      ], malformed: 2)
    try one.check { BtrfsSource(paths: $0) }
  }

  @Test(
    "Bytes on disks for a byte of data",
    arguments: [
      ("single", 1, 1), ("dup", 1, 2), ("raid1c4", 4, 4), ("raid5", 1, nil), ("raid6", 2, nil), ("raid6", 4, 2),
      ("raid9", 4, nil),
    ] as [(String, Int, Double?)])
  func ratios(mode: String, devices: Int, wanted: Double?) { #expect(BtrfsSource.ratio(mode, devices) == wanted) }

  @Test(
    "mdstat",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("only its head and end", "Personalities : [raid1]\nunused devices: <none>\n"),
      KernelCase("a line that was cut", "md0 : \n", malformed: 1),
      KernelCase("an array without its blocks", "md0 : active raid1 sda[0]\n", malformed: 1),
      KernelCase("blocks that are no number", "md0 : active raid1 sda[0]\n  many blocks [1/1] [U]\n", malformed: 1),
      KernelCase(
        "no disks in brackets", "md0 : active raid1 sda[0]\n  8 blocks\nmd1 : active raid0 sdb[0] sdc[1]\n  9 blocks\n",
        ["md1 active 2/2 0 0 9/9"], malformed: 1),
      KernelCase(
        "an inactive one", "md0 : inactive sda[0](S) sdb[1](F)\n      64 blocks super 1.2\n",
        ["md0 inactive 0/0 1 1 64/64"]),
      KernelCase(
        "a failed disk, rebuilt, with a bitmap",
        "md1 : active raid1 sdb2[1] sda2[0](F)\n  100 blocks [2/1] [_U]\n  bitmap: 0/1 pages\n"
          + "  [==>..]  recovery = 12.6% (12/100) finish=1min speed=1K/sec\n",
        ["md1 recovery 1/2 1 0 12/100"]),
      KernelCase(
        "one that waits", "md1 : active raid6 a[0] b[1]\n 100 blocks [2/2] [UU]\n\tresync=DELAYED\n   resync=DELAYED\n",
        ["md1 resync 2/2 0 0 0/100"]),
    ])
  func mdstat(one: KernelCase) {
    var malformed: UInt64 = 0
    let arrays = RAIDArray.parse(String(decoding: one.bytes, as: UTF8.self), &malformed)
    #expect(
      arrays.map {
        "\($0.name) \($0.state) \($0.active)/\($0.wanted) \($0.failed) \($0.spare) \($0.synced)/\($0.blocks)"
      }
        == one.wanted)
    #expect(malformed == one.malformed)
  }

  @Test("An array's series, from both places")
  func raid() throws {
    let one = SourceCase(
      "",
      [
        "mdstat": "md0 : active raid1 sda[0] sdb[1]\n  8 blocks [2/2] [UU]\n  [>..]  check = 1% (2/8) finish=1min\n",
        "sysfs/block/md0/md/raid_disks": "2 (1)\n", "sysfs/block/md0/md/degraded": "1\n", "sysfs/block/md1/x": "",
      ],
      [
        #"node_md_disks_required{device="md0"} 2.0"#, #"node_md_disks{device="md0",state="active"} 2.0"#,
        #"node_md_disks{device="md0",state="failed"} 0.0"#, #"node_md_disks{device="md0",state="spare"} 0.0"#,
        #"node_md_state{device="md0",state="active"} 0.0"#, #"node_md_state{device="md0",state="inactive"} 0.0"#,
        #"node_md_state{device="md0",state="recovering"} 0.0"#, #"node_md_state{device="md0",state="resync"} 0.0"#,
        #"node_md_state{device="md0",state="check"} 1.0"#, #"node_md_blocks{device="md0"} 8.0"#,
        #"node_md_blocks_synced{device="md0"} 2.0"#, #"node_md_raid_disks{device="md0"} 2.0"#,
        #"node_md_degraded{device="md0"} 1.0"#,
      ])
    try one.check { RAIDSource(paths: $0) }
  }
}

// From the kernel function that a thread sleeps in, /proc/PID/task/TID/wchan, to a kind of waiting. The kernel gives the
// innermost function outside its scheduler, so the name says which primitive it is, mostly: kernels rename these functions, add
// suffixes (`.constprop.0`, `.isra.0`) and inline them, so the table goes by their beginnings and has those of several
// generations; a name that is not in it is `other`, never a guess. Three beginnings serve several kinds: only the system
// call tells which, and where it may not be read the more frequent one is taken.
// SPDX-License-Identifier: Apache-2.0

/// What a wait channel says.
enum WaitChannel: Equatable {
  /// `0`: on a CPU or ready for one.
  case none
  /// A kind for certain.
  case kind(WaitKind)
  /// A kind that the system call may correct or say more of.
  case ask(WaitKind)

  /// The meaning of the text of a `wchan` file.
  init(_ text: Span<UInt8>) {
    if text.count == 0 || (text.count == 1 && text[0] == UInt8(ascii: "0")) {
      self = .none
      return
    }
    self = .kind(.other)
    for (beginning, meaning) in WaitChannel.table where WaitChannel.begins(text, beginning) {
      self = meaning
      return
    }
  }

  private static func begins(_ text: Span<UInt8>, _ beginning: StaticString) -> Bool {
    let length = beginning.utf8CodeUnitCount
    return text.count >= length && text.equals(0..<length, beginning)
  }

  /// Kernel 4.18 to 6.18; of two beginnings that fit the earlier one holds.
  private static let table: [(beginning: StaticString, meaning: WaitChannel)] = [
    ("futex_", .ask(.futex)), ("__futex", .ask(.futex)), ("do_futex", .ask(.futex)),
    ("ep_poll", .kind(.epoll)), ("do_epoll", .kind(.epoll)), ("poll_schedule", .kind(.poll)),
    ("do_sys_poll", .kind(.poll)), ("do_poll", .kind(.poll)), ("do_select", .kind(.poll)),
    ("core_sys_select", .kind(.poll)), ("io_cqring", .kind(.poll)), ("read_events", .kind(.poll)),
    ("inet_csk_accept", .kind(.poll)), ("inet_csk_wait_for_connect", .kind(.poll)),
    ("hrtimer_nanosleep", .kind(.sleep)), ("do_nanosleep", .kind(.sleep)), ("common_nsleep", .kind(.sleep)),
    ("wait_woken", .ask(.socketReceive)), ("__skb_wait", .ask(.socketReceive)),
    ("sk_wait_data", .kind(.socketReceive)), ("tcp_recvmsg", .kind(.socketReceive)),
    ("tcp_data_wait", .kind(.socketReceive)), ("unix_stream_read", .ask(.socketReceive)),
    ("unix_stream_data_wait", .kind(.socketReceive)), ("skb_wait", .ask(.socketReceive)),
    ("sk_stream_wait", .kind(.socketSend)), ("sock_alloc_send", .kind(.socketSend)),
    ("sock_wait_for_wmem", .kind(.socketSend)), ("unix_wait_for_peer", .kind(.socketSend)),
    ("inet_wait_for_connect", .kind(.socketSend)), ("__inet_stream_connect", .kind(.socketSend)),
    ("inet_stream_connect", .kind(.socketSend)),
    ("pipe_", .kind(.pipe)), ("anon_pipe_", .kind(.pipe)), ("wait_for_partner", .kind(.pipe)),
    ("splice_from_pipe", .kind(.pipe)), ("fifo_open", .kind(.pipe)),
    ("folio_wait", .kind(.disk)), ("io_schedule", .kind(.disk)), ("bit_wait", .kind(.disk)),
    ("out_of_line_wait_on_bit", .kind(.disk)), ("wait_on_page", .kind(.disk)), ("__lock_page", .kind(.disk)),
    ("__folio_lock", .kind(.disk)), ("wait_on_buffer", .kind(.disk)), ("__wait_on_buffer", .kind(.disk)),
    ("__sync_dirty_buffer", .kind(.disk)), ("submit_bio_wait", .kind(.disk)), ("blkdev_", .kind(.disk)),
    ("blk_", .kind(.disk)), ("__blk", .kind(.disk)), ("rq_qos_wait", .kind(.disk)), ("wbt_wait", .kind(.disk)),
    ("balance_dirty_pages", .kind(.disk)), ("filemap_", .kind(.disk)), ("do_writepages", .kind(.disk)),
    ("jbd2_", .kind(.disk)), ("do_get_write_access", .kind(.disk)), ("ext4_", .kind(.disk)), ("xfs_", .kind(.disk)),
    ("xlog_", .kind(.disk)), ("btrfs_", .kind(.disk)), ("f2fs_", .kind(.disk)), ("zio_", .kind(.disk)),
    ("nfs", .kind(.disk)), ("rpc_wait_bit", .kind(.disk)), ("cifs_", .kind(.disk)), ("fuse_", .kind(.disk)),
    ("request_wait_answer", .kind(.disk)), ("__fuse", .kind(.disk)), ("__iomap", .kind(.disk)),
    ("iomap_", .kind(.disk)), ("do_blockdev_direct_IO", .kind(.disk)), ("__blockdev_direct_IO", .kind(.disk)),
    ("wait_for_stable_page", .kind(.disk)), ("__wait_on_freeing_inode", .kind(.disk)),
    ("wb_wait_for_completion", .kind(.disk)), ("sync_inodes_sb", .kind(.disk)), ("d_alloc_parallel", .kind(.disk)),
    ("swap_read", .kind(.disk)), ("do_swap_page", .kind(.disk)), ("dm_", .kind(.disk)), ("md_", .kind(.disk)),
    ("p9_client", .kind(.disk)), ("virtio_fs", .kind(.disk)), ("ceph_", .kind(.disk)),
  ]
}

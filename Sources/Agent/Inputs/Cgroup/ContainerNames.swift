// What the orchestrator calls the agent's own container, from the environment: POD_NAME, POD_NAMESPACE, CONTAINER_NAME,
// as Kubernetes sets them where the pod's manifest asks for it (fieldRef). A pod's cgroup and the others in it are of the
// same pod; of any other cgroup the names are not known.
// SPDX-License-Identifier: Apache-2.0

/// Names for the labels `pod`, `namespace` and `container`.
struct ContainerNames {
  private let pod: [(name: String, value: String)]
  private let container: [(name: String, value: String)]

  /// `environment` gives a variable's value.
  init(_ environment: (String) -> String?) {
    pod = [("pod", environment("POD_NAME") ?? ""), ("namespace", environment("POD_NAMESPACE") ?? "")]
    container = [("container", environment("CONTAINER_NAME") ?? "")]
  }

  /// The names of a cgroup; `own` are the paths of the agent's.
  func names(of id: String, own: Set<String>) -> [(name: String, value: String)] {
    if own.contains(id) { return pod + container }
    let isOfPod = own.contains { path in
      guard let home = CgroupPath.parent(path), CgroupPath.lastPart(home).contains("pod") else { return false }
      return id == home || CgroupPath.parent(id) == home
    }
    return isOfPod ? pod : []
  }
}

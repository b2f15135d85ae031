// From the free names of swift-metrics to those that Prometheus takes. Character by character, so that a person finds the
// metric again: `http.requests` is `http_requests`. Two names may become one; the table of metrics sees to that.
// SPDX-License-Identifier: Apache-2.0
#if SwiftMetrics
  import VitalsMetrics

  /// Names and labels as Prometheus takes them. Source: Prometheus data model and naming conventions.
  enum LegalNames {
    /// `[a-zA-Z_][a-zA-Z0-9_]*`: any other character, the colon of recording rules included, is an underscore.
    static func plain(_ text: String) -> String {
      var name = ""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "a"..."z", "A"..."Z", "_": name.unicodeScalars.append(scalar)
        case "0"..."9":
          if name.isEmpty { name = "_" }
          name.unicodeScalars.append(scalar)
        default: name += "_"
        }
      }
      return name.isEmpty ? "unnamed" : name
    }

    /// With `_total`, unless it is there.
    static func counter(_ label: String) -> String { suffixed(plain(label), "_total") }

    /// With `_seconds`, unless it is there.
    static func timer(_ label: String) -> String { suffixed(plain(label), "_seconds") }

    /// The labels of a series; empty values are absent.
    ///
    /// Names that belong to the format or to Prometheus get the prefix `exported_`. Where different names become one, their
    /// values are joined with `;` in the order of the names, as OpenTelemetry asks; of two equal names the last one stays.
    static func labels(_ dimensions: [(String, String)]) -> LabelSet {
      var pairs: [(name: String, origin: String, value: String)] = []
      for (origin, value) in dimensions {
        pairs.removeAll { $0.origin == origin }
        pairs.append((labelName(origin), origin, value))
      }
      pairs.sort { ($0.name, $0.origin) < ($1.name, $1.origin) }
      var joined: [(name: String, value: String)] = []
      for pair in pairs {
        if let last = joined.last, last.name == pair.name {
          joined[joined.count - 1].value = last.value + ";" + pair.value
        } else {
          joined.append((pair.name, pair.value))
        }
      }
      return LabelSet(joined)
    }

    private static func labelName(_ text: String) -> String {
      let name = plain(text)
      return name == "le" || name.hasPrefix("__") ? "exported_" + name : name
    }

    private static func suffixed(_ name: String, _ suffix: String) -> String {
      name.hasSuffix(suffix) ? name : name + suffix
    }
  }
#endif

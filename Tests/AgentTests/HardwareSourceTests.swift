import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Hardware, as sysfs shows it")
struct HardwareSourceTests {
  @Test(
    "Firmware",
    arguments: [
      SourceCase("no directory", [:]),
      SourceCase("none of its files", ["sysfs/class/dmi/id/modalias": "dmi:x"]),
      SourceCase(
        "an empty file", ["sysfs/class/dmi/id/bios_vendor": "\n"], [#"node_dmi_info{bios_vendor=""} 1.0"#]),
      SourceCase(
        "some files", ["sysfs/class/dmi/id/sys_vendor": "A \"B\"\n", "sysfs/class/dmi/id/bios_date": " 01/02/2024\n"],
        [#"node_dmi_info{bios_date="01/02/2024",system_vendor="A \"B\""} 1.0"#]),
    ])
  func dmi(one: SourceCase) throws { try one.check { DMISource(paths: $0) } }

  @Test(
    "Memory errors",
    arguments: [
      SourceCase("no controller", ["sysfs/devices/system/edac/mc/power/x": "1"]),
      SourceCase("no number", ["sysfs/devices/system/edac/mc/mc0/ce_count": "many\n"], malformed: 1),
      SourceCase(
        "21 digits", ["sysfs/devices/system/edac/mc/mc0/ue_count": "123456789012345678901\n"], malformed: 1),
      SourceCase(
        "two rows of one controller",
        [
          "sysfs/devices/system/edac/mc/mc0/ce_count": "3\n", "sysfs/devices/system/edac/mc/mc0/ue_noinfo_count": "1\n",
          "sysfs/devices/system/edac/mc/mc0/csrow10/ce_count": "2\n",
          "sysfs/devices/system/edac/mc/mc0/csrow2/ce_count": "1\n",
        ],
        [
          #"node_edac_correctable_errors_total{controller="0"} 3.0"#,
          #"node_edac_csrow_uncorrectable_errors_total{controller="0",csrow="unknown"} 1.0"#,
          #"node_edac_csrow_correctable_errors_total{controller="0",csrow="2"} 1.0"#,
          #"node_edac_csrow_correctable_errors_total{controller="0",csrow="10"} 2.0"#,
        ]),
    ])
  func edac(one: SourceCase) throws { try one.check { EDACSource(paths: $0) } }

  @Test(
    "Heat",
    arguments: [
      SourceCase("a zone without a type", ["sysfs/class/thermal/thermal_zone0/temp": "40000\n"]),
      SourceCase("a zone that does not answer", ["sysfs/class/thermal/thermal_zone0/type": "acpitz\n"]),
      SourceCase(
        "a zone that says no number",
        ["sysfs/class/thermal/thermal_zone0/type": "x\n", "sysfs/class/thermal/thermal_zone0/temp": "hot\n"],
        malformed: 1),
      SourceCase(
        "below zero, and a fan",
        [
          "sysfs/class/thermal/thermal_zone0/type": "acpitz\n", "sysfs/class/thermal/thermal_zone0/temp": "-5500\n",
          "sysfs/class/thermal/cooling_device1/type": "Fan\n", "sysfs/class/thermal/cooling_device1/max_state": "3\n",
          "sysfs/class/thermal/cooling_device1/cur_state": "-1\n",
        ],
        [
          #"node_thermal_zone_temp{type="acpitz",zone="0"} -5.5"#,
          #"node_cooling_device_cur_state{name="1",type="Fan"} -1.0"#,
          #"node_cooling_device_max_state{name="1",type="Fan"} 3.0"#,
        ]),
    ])
  func thermal(one: SourceCase) throws { try one.check { ThermalSource(paths: $0) } }

  @Test(
    "Watchdogs",
    arguments: [
      SourceCase(
        "one that tells little", ["sysfs/class/watchdog/watchdog0/timeout": "60\n"],
        [
          #"node_watchdog_timeout_seconds{name="watchdog0"} 60.0"#,
          #"node_watchdog_info{identity="",name="watchdog0",options="",pretimeout_governor="",state="",status=""} 1.0"#,
        ]),
      SourceCase(
        "one that tells nonsense",
        ["sysfs/class/watchdog/w/timeleft": "soon", "sysfs/class/watchdog/w/identity": "iTCO\n"],
        [#"node_watchdog_info{identity="iTCO",name="w",options="",pretimeout_governor="",state="",status=""} 1.0"#],
        malformed: 1),
    ])
  func watchdog(one: SourceCase) throws { try one.check { WatchdogSource(paths: $0) } }

  @Test(
    "Energy",
    arguments: [
      SourceCase("a control type without a range", ["sysfs/class/powercap/intel-rapl/name": "x\n"]),
      SourceCase(
        "a zone that may not be read",
        ["sysfs/class/powercap/z/name": "core\n", "sysfs/class/powercap/z/max_energy_range_uj": "9\n"]),
      SourceCase(
        "numbered by name, or as they come",
        [
          "sysfs/class/powercap/intel-rapl:1/name": "package-1\n",
          "sysfs/class/powercap/intel-rapl:1/max_energy_range_uj": "9\n",
          "sysfs/class/powercap/intel-rapl:1/energy_uj": "1500000\n",
          "sysfs/class/powercap/intel-rapl:1:0/name": "dram\n",
          "sysfs/class/powercap/intel-rapl:1:0/max_energy_range_uj": "9\n",
          "sysfs/class/powercap/intel-rapl:1:0/energy_uj": "1\n",
          "sysfs/class/powercap/intel-rapl:2:0/name": "dram\n",
          "sysfs/class/powercap/intel-rapl:2:0/max_energy_range_uj": "9\n",
          "sysfs/class/powercap/intel-rapl:2:0/energy_uj": "2000000\n",
        ],
        [
          #"node_rapl_package_joules_total{index="1",path="/sysfs/class/powercap/intel-rapl:1"} 1.5"#,
          #"node_rapl_dram_joules_total{index="0",path="/sysfs/class/powercap/intel-rapl:1:0"} 1e-06"#,
          #"node_rapl_dram_joules_total{index="1",path="/sysfs/class/powercap/intel-rapl:2:0"} 2.0"#,
        ]),
    ])
  func rapl(one: SourceCase) throws { try one.check { RAPLSource(paths: $0) } }

  @Test(
    "Batteries",
    arguments: [
      SourceCase(
        "one that is not there any more", ["sysfs/class/power_supply/BAT0/present": "0\n"],
        [
          #"node_power_supply_present{power_supply="BAT0"} 0.0"#,
          #"node_power_supply_info{power_supply="BAT0"} 1.0"#,
        ]),
      SourceCase(
        "one that drains",
        [
          "sysfs/class/power_supply/BAT0/capacity": "81\n", "sysfs/class/power_supply/BAT0/current_now": "-1234000\n",
          "sysfs/class/power_supply/BAT0/temp": "305\n", "sysfs/class/power_supply/BAT0/status": "Discharging\n",
          "sysfs/class/power_supply/BAT0/voltage_now": "x\n",
        ],
        [
          #"node_power_supply_capacity{power_supply="BAT0"} 81.0"#,
          #"node_power_supply_current_ampere{power_supply="BAT0"} -1.234"#,
          #"node_power_supply_temp_celsius{power_supply="BAT0"} 30.5"#,
          #"node_power_supply_info{power_supply="BAT0",status="Discharging"} 1.0"#,
        ], malformed: 1),
    ])
  func power(one: SourceCase) throws { try one.check { PowerSupplySource(paths: $0) } }

  @Test(
    "Sensors",
    arguments: [
      SourceCase(
        "files that are none", ["sysfs/class/hwmon/hwmon0/temp1x_input": "1", "sysfs/class/hwmon/hwmon0/uevent": "a"]),
      SourceCase("no number", ["sysfs/class/hwmon/hwmon0/temp1_input": "hot\n"]),
      SourceCase(
        "a chip by its name, each unit",
        [
          "sysfs/class/hwmon/hwmon3/name": "Core-Temp!\n", "sysfs/class/hwmon/hwmon3/temp1_input": "45500\n",
          "sysfs/class/hwmon/hwmon3/temp1_label": "Package \"0\"\n", "sysfs/class/hwmon/hwmon3/temp1_max_alarm": "1\n",
          "sysfs/class/hwmon/hwmon3/fan2_input": "900\n", "sysfs/class/hwmon/hwmon3/fan2_div": "4\n",
          "sysfs/class/hwmon/hwmon3/in0_input": "1200\n", "sysfs/class/hwmon/hwmon3/power1_average": "2500000\n",
          "sysfs/class/hwmon/hwmon3/energy1_input": "3000000\n", "sysfs/class/hwmon/hwmon3/pwm1": "255\n",
          "sysfs/class/hwmon/hwmon3/pwm1_enable": "2\n", "sysfs/class/hwmon/hwmon3/update_interval": "1000\n",
        ],
        [
          #"node_hwmon_chip_names{chip="core_temp",chip_name="core_temp"} 1.0"#,
          #"node_hwmon_energy_joule_total{chip="core_temp",sensor="energy1"} 3.0"#,
          #"node_hwmon_fan_div{chip="core_temp",sensor="fan2"} 4.0"#,
          #"node_hwmon_fan_rpm{chip="core_temp",sensor="fan2"} 900.0"#,
          #"node_hwmon_in_volts{chip="core_temp",sensor="in0"} 1.2"#,
          #"node_hwmon_power_average_watt{chip="core_temp",sensor="power1"} 2.5"#,
          #"node_hwmon_pwm{chip="core_temp",sensor="pwm1"} 255.0"#,
          #"node_hwmon_pwm_enable{chip="core_temp",sensor="pwm1"} 2.0"#,
          #"node_hwmon_sensor_label{chip="core_temp",label="Package \"0\"",sensor="temp1"} 1.0"#,
          #"node_hwmon_temp_celsius{chip="core_temp",sensor="temp1"} 45.5"#,
          #"node_hwmon_temp_max_alarm_celsius{chip="core_temp",sensor="temp1"} 0.001"#,
          #"node_hwmon_update_interval_seconds{chip="core_temp",sensor="update_interval0"} 1.0"#,
        ]),
      SourceCase(
        "two chips of one name: the first stands",
        [
          "sysfs/class/hwmon/hwmon0/name": "x\n", "sysfs/class/hwmon/hwmon0/curr1_input": "1\n",
          "sysfs/class/hwmon/hwmon1/name": "x\n", "sysfs/class/hwmon/hwmon1/curr1_input": "2\n",
        ],
        [
          #"node_hwmon_chip_names{chip="x",chip_name="x"} 1.0"#,
          #"node_hwmon_curr_amps{chip="x",sensor="curr1"} 0.001"#,
        ], malformed: 2),
    ])
  func sensors(one: SourceCase) throws { try one.check { HardwareMonitorSource(paths: $0) } }

  @Test("A chip is named after its device, whose sensors are its own")
  func device() throws {
    let tree = try ProcTree()
    try tree.write("sysfs/devices/platform/coretemp.0/temp2_input", "1000\n")
    try tree.write("sysfs/class/hwmon/hwmon0/name", "coretemp\n")
    try tree.link("sysfs/class/hwmon/hwmon0/device", to: tree.rooted.sys + "/devices/platform/coretemp.0")
    let input = HelperInput(
      HardwareMonitorSource(paths: tree.rooted), work: StepWork(), turns: ReadingTurns(), log: RecordingLog())
    input.sample(at: tree.now)
    #expect(
      RecordingSink.of(input).lines == [
        #"node_hwmon_chip_names{chip="platform_coretemp_0",chip_name="coretemp"} 1.0"#,
        #"node_hwmon_temp_celsius{chip="platform_coretemp_0",sensor="temp2"} 1.0"#,
      ])
  }

  @Test(
    "Names of sensors' files",
    arguments: [
      ("", nil), ("temp", "temp0 "), ("temp1", "temp1 "), ("temp1_input", "temp1 input"), ("temp1_", nil),
      ("temp1input", nil), ("temp99999999999999999999", nil), ("beep_enable", "beep_enable0 "), ("name", nil),
      ("power1_average_interval_max", "power1 average_interval_max"), ("1_input", nil), ("TEMP1_input", nil),
    ])
  func names(name: String, wanted: String?) {
    #expect(SensorFile(name).map { "\($0.sensor) \($0.property)" } == wanted)
  }

  @Test(
    "Text in names of metrics",
    arguments: [
      ("package", "package", "package"), ("a-b", "a_b", "a_b"), ("a_-_b", "a_b", "a___b"), ("a__b", "a__b", "a__b"),
      ("-x-", "_x_", "x"), ("Ä", "_", ""), ("", "", ""), ("_", "_", ""),
    ])
  func text(text: String, joined: String, cleaned: String) {
    #expect(MetricNameText.joined(text) == joined)
    #expect(MetricNameText.cleaned(text) == cleaned)
  }

  @Test(
    "Cores",
    arguments: [
      SourceCase(
        "no core can be taken out, none is hot", ["sysfs/devices/system/cpu/cpu0/topology/core_id": "0\n"]),
      SourceCase(
        "two threads of a core, one of them off",
        [
          "sysfs/devices/system/cpu/isolated": "1,4-5\n", "sysfs/devices/system/cpu/cpu0/online": "1\n",
          "sysfs/devices/system/cpu/cpu0/topology/core_id": "0\n",
          "sysfs/devices/system/cpu/cpu0/topology/physical_package_id": "0\n",
          "sysfs/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count": "7\n",
          "sysfs/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count": "9\n",
          "sysfs/devices/system/cpu/cpu1/online": "0\n", "sysfs/devices/system/cpu/cpu1/topology/core_id": "0\n",
          "sysfs/devices/system/cpu/cpu1/topology/physical_package_id": "0\n",
          "sysfs/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count": "8\n",
        ],
        [
          #"node_cpu_isolated{cpu="1"} 1.0"#, #"node_cpu_isolated{cpu="4"} 1.0"#, #"node_cpu_isolated{cpu="5"} 1.0"#,
          #"node_cpu_core_throttles_total{core="0",package="0"} 7.0"#,
          #"node_cpu_package_throttles_total{package="0"} 9.0"#, #"node_cpu_online{cpu="0"} 1.0"#,
          #"node_cpu_online{cpu="1"} 0.0"#,
        ]),
    ])
  func cores(one: SourceCase) throws { try one.check { CPUStateSource(paths: $0) } }

  @Test(
    "Lists of cores",
    arguments: [
      ("", []), ("1", [1]), ("0-2,5", [0, 1, 2, 5]), ("2-1", []), ("1-", []), ("-1", []), ("1-2-3", []), ("x", []),
      ("1,,2", []), ("99999", []), ("1,x", []),
    ])
  func lists(text: String, wanted: [UInt16]) { #expect(CPUStateSource.list(text) == wanted) }

  @Test("Frequencies in hertz, governors by name; the present frequency is not read")
  func frequencies() throws {
    let one = SourceCase(
      "",
      [
        "sysfs/devices/system/cpu/cpufreq/x": "", "sysfs/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq": "3400000\n",
        "sysfs/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq": "1\n",
        "sysfs/devices/system/cpu/cpu0/cpufreq/scaling_min_freq": "x\n",
        "sysfs/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave\n",
        "sysfs/devices/system/cpu/cpu0/cpufreq/scaling_available_governors": "performance powersave\n",
      ],
      [
        #"node_cpu_frequency_max_hertz{cpu="0"} 3400000000.0"#,
        #"node_cpu_scaling_governor{cpu="0",governor="performance"} 0.0"#,
        #"node_cpu_scaling_governor{cpu="0",governor="powersave"} 1.0"#,
      ], malformed: 1)
    try one.check { CPUFrequencySource(paths: $0) }
  }
}

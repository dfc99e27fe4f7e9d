# The card among the devices of hosts that are and are not fit for it.

variables {
  vm_id           = 130
  vm_name         = "whisper-gpu"
  address         = "192.168.20.30/24"
  gateway         = "192.168.20.1"
  dns_servers     = []
  vlan_id         = null
  user            = "deployer"
  ssh_public_keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJkVlVJHnUcWzR7MJnIqYQJ7TjRkPfO3NQ0mVpQIRtQv you@laptop"]
  cores           = 4
  memory_mb       = 16384
  disk_gb         = 100
  image_url       = "https://cloud.debian.org/images/cloud/bookworm/20250814-2204/debian-12-generic-amd64-20250814-2204.qcow2"
  image_sha512    = "736ed2e24e106defd95549b0471e15552b19580c504202269955c3587722777506269655ebd7fa5cce919044dccdd9084c4fb3efbe408843c63cefa9d79daea3"
  gpu_path        = "0000:03:00"
  mapping_name    = "gpu-quadro-m4000"
  devices = [
    { id = "0000:00:01.0", class = "0x060400", vendor = "0x8086", device = "0x2f02", iommu_group = 52, subsystem_vendor = null, subsystem_device = null },
    { id = "0000:03:00.0", class = "0x030000", vendor = "0x10de", device = "0x13f1", iommu_group = 52, subsystem_vendor = "0x10de", subsystem_device = "0x1153" },
    { id = "0000:03:00.1", class = "0x040300", vendor = "0x10de", device = "0x0fbb", iommu_group = 52, subsystem_vendor = "0x10de", subsystem_device = "0x1153" },
    { id = "0000:04:00.0", class = "0x010802", vendor = "0x144d", device = "0xa808", iommu_group = 53, subsystem_vendor = "0x144d", subsystem_device = "0xa801" },
  ]
}

run "a_card_alone_with_its_bridge_goes_with_its_audio" {
  command = plan
  assert {
    condition     = length(output.problems) == 0
    error_message = join(" ", output.problems)
  }
  assert {
    condition     = output.card.id == "10de:13f1" && output.card.subsystem_id == "10de:1153" && output.card.iommu_group == 52
    error_message = jsonencode(output.card)
  }
  assert {
    condition     = output.card.path == "0000:03:00" && output.card.functions == tolist(["0000:03:00.0", "0000:03:00.1"])
    error_message = jsonencode(output.card)
  }
}

run "a_disk_in_the_same_group_is_named" {
  command = plan
  variables {
    devices = [
      { id = "0000:03:00.0", class = "0x030000", vendor = "0x10de", device = "0x13f1", iommu_group = 1, subsystem_vendor = "0x10de", subsystem_device = "0x1153" },
      { id = "0000:04:00.0", class = "0x010802", vendor = "0x144d", device = "0xa808", iommu_group = 1, subsystem_vendor = "0x144d", subsystem_device = "0xa801" },
    ]
  }
  assert {
    condition     = length(output.problems) == 1 && strcontains(output.problems[0], "group 1 of the card also holds 0000:04:00.0,")
    error_message = jsonencode(output.problems)
  }
}

run "a_card_whose_address_begins_alike_is_a_stranger" {
  command = plan
  variables {
    gpu_path = "0000:03:01"
    devices = [
      { id = "0000:03:01.0", class = "0x030000", vendor = "0x10de", device = "0x13f1", iommu_group = 7, subsystem_vendor = "0x10de", subsystem_device = "0x1153" },
      { id = "0000:03:10.0", class = "0x020000", vendor = "0x8086", device = "0x1533", iommu_group = 7, subsystem_vendor = "0x8086", subsystem_device = "0x0001" },
    ]
  }
  assert {
    condition     = strcontains(output.problems[0], "0000:03:10.0")
    error_message = jsonencode(output.problems)
  }
}

run "without_an_iommu_the_bios_is_named_and_no_neighbour_blamed" {
  command = plan
  variables {
    devices = [
      { id = "0000:03:00.0", class = "0x030000", vendor = "0x10de", device = "0x13f1", iommu_group = -1, subsystem_vendor = "0x10de", subsystem_device = "0x1153" },
      { id = "0000:04:00.0", class = "0x010802", vendor = "0x144d", device = "0xa808", iommu_group = -1, subsystem_vendor = "0x144d", subsystem_device = "0xa801" },
    ]
  }
  assert {
    condition     = length(output.problems) == 1 && strcontains(output.problems[0], "the IOMMU is off")
    error_message = jsonencode(output.problems)
  }
}

run "a_wrong_address_is_answered_with_the_right_one" {
  command = plan
  variables {
    gpu_path = "0000:09:00"
  }
  assert {
    condition     = length(output.problems) == 1 && strcontains(output.problems[0], "NVIDIA devices are at: 0000:03:00. Set gpu_path.")
    error_message = jsonencode(output.problems)
  }
}

run "a_disk_is_not_taken_for_a_card" {
  command = plan
  variables {
    gpu_path = "0000:04:00"
  }
  assert {
    condition     = length(output.problems) == 1 && strcontains(output.problems[0], "not from NVIDIA (144d:a808)")
    error_message = jsonencode(output.problems)
  }
}

run "a_host_without_a_card" {
  command = plan
  variables {
    devices = []
  }
  assert {
    condition     = length(output.problems) == 1 && strcontains(output.problems[0], "NVIDIA devices are at: none.")
    error_message = jsonencode(output.problems)
  }
}

# Each refusal by itself, from a target that is right otherwise.

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
  devices         = []
}

run "the_documented_target_is_taken" {
  command = plan
  assert {
    condition     = output.ip == "192.168.20.30" && output.ssh == "ssh deployer@192.168.20.30"
    error_message = "address or ssh line"
  }
  assert {
    condition     = output.next == "deploy/whisper-setup.sh --user deployer 192.168.20.30"
    error_message = "next command"
  }
  assert {
    condition     = output.image_file == "debian-12-generic-amd64-20250814-2204.qcow2"
    error_message = "name of the image"
  }
}

run "a_key_with_a_line_break_at_its_end_is_taken_without_it" {
  command = plan
  variables {
    ssh_public_keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJkVlVJHnUcWzR7MJnIqYQJ7TjRkPfO3NQ0mVpQIRtQv you@laptop\n"]
  }
  assert {
    condition     = endswith(output.ssh_public_keys[0], "you@laptop")
    error_message = "white space is left"
  }
}

run "a_number_that_proxmox_keeps_for_itself" {
  command = plan
  variables {
    vm_id = 99
  }
  expect_failures = [var.vm_id]
}

run "a_name_that_is_no_host_name" {
  command = plan
  variables {
    vm_name = "whisper_gpu"
  }
  expect_failures = [var.vm_name]
}

run "an_address_without_its_prefix" {
  command = plan
  variables {
    address = "192.168.20.30"
  }
  expect_failures = [var.address]
}

run "the_address_of_the_network_itself" {
  command = plan
  variables {
    address = "192.168.20.0/24"
  }
  expect_failures = [var.address]
}

run "the_address_of_everybody" {
  command = plan
  variables {
    address = "192.168.20.255/24"
  }
  expect_failures = [var.address]
}

run "a_gateway_that_is_no_address" {
  command = plan
  variables {
    gateway = "192.168.20.1/24"
  }
  expect_failures = [var.gateway]
}

run "a_gateway_of_another_network" {
  command = plan
  variables {
    gateway = "192.168.21.1"
  }
  expect_failures = [output.ip]
}

run "a_gateway_that_is_the_machine_itself" {
  command = plan
  variables {
    gateway = "192.168.20.30"
  }
  expect_failures = [output.ip]
}

run "a_gateway_in_a_wide_network" {
  command = plan
  variables {
    address = "10.20.3.4/8"
    gateway = "10.0.0.1"
  }
  assert {
    condition     = output.ip == "10.20.3.4"
    error_message = "address"
  }
}

run "a_name_server_by_name" {
  command = plan
  variables {
    dns_servers = ["192.168.20.1", "dns.example.org"]
  }
  expect_failures = [var.dns_servers]
}

run "a_vlan_out_of_range" {
  command = plan
  variables {
    vlan_id = 4095
  }
  expect_failures = [var.vlan_id]
}

run "root" {
  command = plan
  variables {
    user = "root"
  }
  expect_failures = [var.user]
}

run "no_key" {
  command = plan
  variables {
    ssh_public_keys = []
  }
  expect_failures = [var.ssh_public_keys]
}

run "the_path_of_a_key" {
  command = plan
  variables {
    ssh_public_keys = ["~/.ssh/id_ed25519.pub"]
  }
  expect_failures = [var.ssh_public_keys]
}

run "a_private_key" {
  command = plan
  variables {
    ssh_public_keys = ["-----BEGIN OPENSSH PRIVATE KEY-----"]
  }
  expect_failures = [var.ssh_public_keys]
}

run "half_a_core" {
  command = plan
  variables {
    cores = 2.5
  }
  expect_failures = [var.cores]
}

run "too_little_memory" {
  command = plan
  variables {
    memory_mb = 4096
  }
  expect_failures = [var.memory_mb]
}

run "too_little_disk" {
  command = plan
  variables {
    disk_gb = 20
  }
  expect_failures = [var.disk_gb]
}

run "an_image_that_changes" {
  command = plan
  variables {
    image_url = "https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-generic-amd64.qcow2"
  }
  expect_failures = [var.image_url]
}

run "an_image_whose_kernel_drives_no_gpu" {
  command = plan
  variables {
    image_url = "https://cloud.debian.org/images/cloud/bookworm/20250814-2204/debian-12-genericcloud-amd64-20250814-2204.qcow2"
  }
  expect_failures = [var.image_url]
}

run "an_image_whose_python_is_too_new" {
  command = plan
  variables {
    image_url = "https://cloud.debian.org/images/cloud/trixie/20250911-2232/debian-13-generic-amd64-20250911-2232.qcow2"
  }
  expect_failures = [var.image_url]
}

run "a_checksum_of_another_kind" {
  command = plan
  variables {
    image_sha512 = "d2fbcf11fb28795842e91364d8c7b69f"
  }
  expect_failures = [var.image_sha512]
}

run "one_function_of_the_card" {
  command = plan
  variables {
    gpu_path = "0000:03:00.0"
  }
  expect_failures = [var.gpu_path]
}

run "an_address_without_its_domain" {
  command = plan
  variables {
    gpu_path = "03:00"
  }
  expect_failures = [var.gpu_path]
}

run "a_mapping_with_a_space" {
  command = plan
  variables {
    mapping_name = "Quadro M4000"
  }
  expect_failures = [var.mapping_name]
}

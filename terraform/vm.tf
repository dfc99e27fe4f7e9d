resource "proxmox_download_file" "image" {
  content_type       = "import"
  node_name          = var.node_name
  datastore_id       = var.image_datastore
  file_name          = module.logic.image_file
  url                = var.image_url
  checksum           = var.image_sha512
  checksum_algorithm = "sha512"
  # The checksum says what the file is; a mirror that answers with another size is no reason to replace it.
  overwrite = false
}

resource "proxmox_virtual_environment_vm" "whisper" {
  node_name   = var.node_name
  vm_id       = var.vm_id
  name        = var.vm_name
  description = "Speech to text. Managed by Terraform."
  tags        = sort(var.tags)

  on_boot         = true
  stop_on_destroy = true
  startup {
    order = tostring(var.start_order)
  }

  machine = "q35"
  bios    = "ovmf"
  efi_disk {
    datastore_id = var.datastore
    type         = "4m"
    # With enrolled keys Secure Boot is on, and the kernel rejects the NVIDIA module that DKMS builds.
    pre_enrolled_keys = false
  }

  cpu {
    type  = "host"
    cores = var.cores
  }
  memory {
    dedicated = var.memory_mb
    floating  = 0 # passthrough pins the memory; a balloon could not give any back
  }

  scsi_hardware = "virtio-scsi-single"
  disk {
    datastore_id = var.datastore
    import_from  = proxmox_download_file.image.id
    interface    = "scsi0"
    size         = var.disk_gb
    iothread     = true
    discard      = "on"
    ssd          = true
  }

  hostpci {
    device  = "hostpci0"
    mapping = var.create_mapping ? proxmox_hardware_mapping_pci.card[0].name : data.proxmox_hardware_mapping_pci.card[0].name
    pcie    = true
    rombar  = true
    xvga    = false
  }

  vga {
    type = "serial0"
  }
  serial_device {}

  network_device {
    bridge  = var.bridge
    vlan_id = var.vlan_id
  }

  agent {
    enabled = var.agent_enabled
  }
  operating_system {
    type = "l26"
  }

  initialization {
    datastore_id = var.datastore
    ip_config {
      ipv4 {
        address = var.address
        gateway = var.gateway
      }
    }
    dynamic "dns" {
      for_each = length(var.dns_servers) > 0 ? [var.dns_servers] : []
      content {
        servers = dns.value
      }
    }
    user_account {
      username = var.user
      keys     = module.logic.ssh_public_keys
    }
  }

  lifecycle {
    # A newer image is for the next machine; this one is updated from within.
    ignore_changes = [disk[0].import_from]

    precondition {
      condition     = length(module.logic.problems) == 0
      error_message = join("\n", module.logic.problems)
    }
  }
}

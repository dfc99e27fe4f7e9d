# What the settings above may be, with words for whoever gets one wrong. No provider is needed here: `terraform test`.

variable "vm_id" {
  type = number
  validation {
    condition     = var.vm_id >= 100 && var.vm_id <= 999999999 && floor(var.vm_id) == var.vm_id
    error_message = "vm_id must be a whole number from 100 to 999999999; Proxmox keeps those below 100 for itself."
  }
}

variable "vm_name" {
  type = string
  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.vm_name))
    error_message = "vm_name becomes the host name: 1 to 63 small letters, digits and hyphens, no hyphen at either end."
  }
}

variable "address" {
  type = string
  validation {
    condition     = can(cidrhost(var.address, 0)) && can(regex("^[0-9.]+/([89]|[12][0-9]|30)$", var.address))
    error_message = "address must be an IPv4 address with the length of its prefix, such as 192.168.20.30/24."
  }
  validation {
    condition     = try(!contains([cidrhost(var.address, 0), cidrhost(var.address, -1)], split("/", var.address)[0]), true)
    error_message = "address must be a machine's: its network's first address is the network itself, the last one everybody in it."
  }
}

variable "gateway" {
  type = string
  validation {
    condition     = can(regex("^[0-9.]+$", var.gateway)) && can(cidrhost("${var.gateway}/32", 0))
    error_message = "gateway must be a plain IPv4 address such as 192.168.20.1."
  }
}

variable "dns_servers" {
  type = list(string)
  validation {
    condition     = alltrue([for server in var.dns_servers : can(cidrhost("${server}/32", 0)) || can(cidrhost("${server}/128", 0))])
    error_message = "dns_servers must be plain IP addresses such as [\"192.168.20.1\"]; leave the list empty to use the host's."
  }
}

variable "vlan_id" {
  type = number
  validation {
    condition     = var.vlan_id == null ? true : var.vlan_id >= 1 && var.vlan_id <= 4094
    error_message = "vlan_id must lie between 1 and 4094, or be null for an untagged port."
  }
}

variable "user" {
  type = string
  validation {
    condition     = can(regex("^[a-z_][a-z0-9_-]{0,31}$", var.user)) && var.user != "root"
    error_message = "user must be a Linux user name other than root, such as deployer; sudo is given to it."
  }
}

variable "ssh_public_keys" {
  type = list(string)
  validation {
    condition     = length(var.ssh_public_keys) > 0
    error_message = "ssh_public_keys must name at least one key: there is no password to sign in with otherwise. See ~/.ssh/*.pub."
  }
  validation {
    condition     = alltrue([for key in var.ssh_public_keys : can(regex("^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-[a-z0-9@.-]+) AAAA[A-Za-z0-9+/=]+( .*)?$", trimspace(key)))])
    error_message = "Each of ssh_public_keys must be one line of a .pub file (ssh-ed25519 AAAA… name). A private key or a path does not belong here."
  }
}

variable "cores" {
  type = number
  validation {
    condition     = var.cores >= 2 && var.cores <= 128 && floor(var.cores) == var.cores
    error_message = "cores must be a whole number from 2 to 128."
  }
}

variable "memory_mb" {
  type = number
  validation {
    condition     = var.memory_mb >= 8192
    error_message = "memory_mb must be at least 8192 (MiB): the model passes through memory on its way to the card, and PostgreSQL runs beside it."
  }
}

variable "disk_gb" {
  type = number
  validation {
    condition     = var.disk_gb >= 40
    error_message = "disk_gb must be at least 40 (GiB): system and driver 10, packages 6, model 4, and every recording that is kept."
  }
}

variable "image_url" {
  type = string
  validation {
    condition     = startswith(var.image_url, "https://") && !strcontains(var.image_url, "/latest/") && can(regex("[0-9]{8}", var.image_url))
    error_message = "image_url must be a dated image over https. What stands under /latest/ changes, and its checksum with it."
  }
  validation {
    condition     = !strcontains(var.image_url, "genericcloud")
    error_message = "image_url must not be a genericcloud image: its kernel is built without DRM, so no NVIDIA driver loads. Take generic."
  }
  validation {
    condition     = !strcontains(var.image_url, "debian-13")
    error_message = "image_url must not be Debian 13: it has Python 3.13, for which there is no speech package for cards of capability 5.x. Take Debian 12."
  }
}

variable "image_sha512" {
  type = string
  validation {
    condition     = can(regex("^[0-9a-f]{128}$", var.image_sha512))
    error_message = "image_sha512 must be the 128 hexadecimal digits that SHA512SUMS gives for image_url."
  }
}

variable "gpu_path" {
  type = string
  validation {
    condition     = can(regex("^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]$", var.gpu_path))
    error_message = "gpu_path must be domain:bus:device in small letters without a function, such as 0000:03:00 (not 03:00.0): lspci -D | grep NVIDIA"
  }
}

variable "mapping_name" {
  type = string
  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_-]+$", var.mapping_name))
    error_message = "mapping_name must begin with a letter and hold letters, digits, hyphens and underscores only."
  }
}

variable "devices" {
  description = "All PCI devices of the node, bridges included, as the provider lists them."
  type = list(object({
    id               = string
    class            = string
    vendor           = string
    device           = string
    iommu_group      = number
    subsystem_vendor = string
    subsystem_device = string
  }))
}

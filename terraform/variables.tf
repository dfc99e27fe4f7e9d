# Defaults are the documented target. What is allowed is said in logic/variables.tf, which can be tested without Proxmox.

variable "node_name" {
  description = "Proxmox node that holds the card, as in the tree of the web interface."
  type        = string
  default     = "pve"
}

variable "vm_id" {
  description = "Number of the virtual machine. Fixed, so that the token needs rights on this one machine only."
  type        = number
  default     = 130
}

variable "vm_name" {
  description = "Name of the virtual machine, and its host name."
  type        = string
  default     = "whisper-gpu"
}

variable "address" {
  description = "Static IPv4 address with the length of its prefix."
  type        = string
  default     = "192.168.20.30/24"
}

variable "gateway" {
  description = "IPv4 gateway, inside the network of the address."
  type        = string
  default     = "192.168.20.1"
}

variable "dns_servers" {
  description = "Name servers. Empty: those of the Proxmox host."
  type        = list(string)
  default     = []
}

variable "bridge" {
  description = "Bridge of the host that the machine is plugged into."
  type        = string
  default     = "vmbr0"
}

variable "vlan_id" {
  description = "VLAN tag, or null for none."
  type        = number
  default     = null
}

variable "user" {
  description = "User that cloud-init makes, with sudo and the keys below."
  type        = string
  default     = "deployer"
}

variable "ssh_public_keys" {
  description = "Public SSH keys that may sign in as that user, e.g. [\"ssh-ed25519 AAAA… you@laptop\"]."
  type        = list(string)
}

variable "cores" {
  description = "CPU cores. Decoding and speech detection run on them, beside the database."
  type        = number
  default     = 4
}

variable "memory_mb" {
  description = "Memory in MiB. All of it is taken at start: passthrough pins it."
  type        = number
  default     = 16384
}

variable "disk_gb" {
  description = "Size of the disk in GiB: system, packages, models, database and recordings."
  type        = number
  default     = 100
}

variable "datastore" {
  description = "Storage of the machine's disks (content type: disk image)."
  type        = string
  default     = "local-lvm"
}

variable "image_datastore" {
  description = "Storage of the downloaded system image (content type: import, to be enabled once)."
  type        = string
  default     = "local"
}

variable "image_url" {
  description = "System image: a dated Debian 12 generic image, whose kernel can drive a GPU (genericcloud's cannot)."
  type        = string
  default     = "https://cloud.debian.org/images/cloud/bookworm/20250814-2204/debian-12-generic-amd64-20250814-2204.qcow2"
}

variable "image_sha512" {
  description = "Its SHA-512, from the SHA512SUMS beside it."
  type        = string
  default     = "736ed2e24e106defd95549b0471e15552b19580c504202269955c3587722777506269655ebd7fa5cce919044dccdd9084c4fb3efbe408843c63cefa9d79daea3"
}

variable "gpu_path" {
  description = "PCI address of the card without its function (lspci -D | grep NVIDIA): GPU and audio go together."
  type        = string
  default     = "0000:03:00"
}

variable "mapping_name" {
  description = "Name of the PCI resource mapping (Datacenter > Resource Mappings)."
  type        = string
  default     = "gpu-quadro-m4000"
}

variable "create_mapping" {
  description = "false: the mapping was made in the web interface and is used as it is."
  type        = bool
  default     = true
}

variable "agent_enabled" {
  description = "Set to true once qemu-guest-agent runs in the machine; before that, apply would wait for it for 15 minutes."
  type        = bool
  default     = false
}

variable "start_order" {
  description = "Place in the host's start order."
  type        = number
  default     = 20
}

variable "tags" {
  description = "Tags of the machine in the web interface."
  type        = set(string)
  default     = ["gpu", "whisperhub"]
}

# Everything on the node's bus: the provider leaves bridges out unless told, and they count for isolation.
data "proxmox_hardware_pci" "all" {
  node_name           = var.node_name
  pci_class_blacklist = []
}

module "logic" {
  source = "./logic"

  vm_id           = var.vm_id
  vm_name         = var.vm_name
  address         = var.address
  gateway         = var.gateway
  dns_servers     = var.dns_servers
  vlan_id         = var.vlan_id
  user            = var.user
  ssh_public_keys = var.ssh_public_keys
  cores           = var.cores
  memory_mb       = var.memory_mb
  disk_gb         = var.disk_gb
  image_url       = var.image_url
  image_sha512    = var.image_sha512
  gpu_path        = var.gpu_path
  mapping_name    = var.mapping_name
  devices         = data.proxmox_hardware_pci.all.devices
}

resource "proxmox_hardware_mapping_pci" "card" {
  count = var.create_mapping ? 1 : 0

  name    = var.mapping_name
  comment = "Speech to text"
  map = [{
    node         = var.node_name
    path         = module.logic.card.path
    id           = module.logic.card.id
    iommu_group  = module.logic.card.iommu_group
    subsystem_id = module.logic.card.subsystem_id
  }]

  lifecycle {
    precondition {
      condition     = length(module.logic.problems) == 0
      error_message = join("\n", module.logic.problems)
    }
  }
}

data "proxmox_hardware_mapping_pci" "card" {
  count = var.create_mapping ? 0 : 1

  name = var.mapping_name

  lifecycle {
    postcondition {
      condition     = contains([for entry in self.map : trimsuffix(entry.path, ".0") if entry.node == var.node_name], var.gpu_path)
      error_message = "The mapping ${var.mapping_name} does not point to ${var.gpu_path} on ${var.node_name}. Correct it under Datacenter > Resource Mappings, or set gpu_path."
    }
  }
}

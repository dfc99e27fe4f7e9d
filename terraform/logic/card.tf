# The card among the node's devices, and what else would go with it.

locals {
  functions = [for device in var.devices : device if startswith(device.id, "${var.gpu_path}.")]
  # Function 0 stands for the card; a path that nothing answers to is told by `problem`, not by an error in here.
  card = one([for device in local.functions : device if endswith(device.id, ".0")])

  iommu_group = try(local.card.iommu_group, -1)
  # A bridge (class 0604) in the group stays with the host. Anything else would be torn away from it.
  strangers = local.iommu_group < 0 ? [] : sort([
    for device in var.devices : device.id
    if device.iommu_group == local.iommu_group
    && !startswith(device.id, "${var.gpu_path}.")
    && !startswith(trimprefix(device.class, "0x"), "0604")
  ])

  nvidia = sort([for device in var.devices : trimsuffix(device.id, ".0") if trimprefix(device.vendor, "0x") == "10de" && endswith(device.id, ".0")])

  id           = try("${trimprefix(local.card.vendor, "0x")}:${trimprefix(local.card.device, "0x")}", "")
  subsystem_id = try("${trimprefix(local.card.subsystem_vendor, "0x")}:${trimprefix(local.card.subsystem_device, "0x")}", "")

  problems = compact([
    local.card != null ? "" : "There is no PCI device at ${var.gpu_path} on this node. NVIDIA devices are at: ${length(local.nvidia) > 0 ? join(", ", local.nvidia) : "none"}. Set gpu_path.",
    local.card == null ? "" : trimprefix(local.card.vendor, "0x") == "10de" ? "" : "The device at ${var.gpu_path} is not from NVIDIA (${local.id}). NVIDIA devices are at: ${length(local.nvidia) > 0 ? join(", ", local.nvidia) : "none"}.",
    local.card == null || local.iommu_group >= 0 ? "" : "The card is in no IOMMU group: the IOMMU is off. Switch on VT-d or AMD-Vi in the BIOS, then see docs/proxmox.md.",
    length(local.strangers) == 0 ? "" : "IOMMU group ${local.iommu_group} of the card also holds ${join(", ", local.strangers)}, which the host would lose. Move the card to another slot; see docs/proxmox.md.",
  ])
}

output "ip" {
  description = "Address without the length of its prefix."
  value       = local.ip

  precondition {
    condition     = local.gateway_inside
    error_message = "gateway ${var.gateway} is not inside the network of address ${var.address}."
  }
  precondition {
    condition     = local.gateway_apart
    error_message = "gateway and address are both ${var.gateway}."
  }
}

output "image_file" {
  description = "Name of the image in its storage."
  value       = basename(var.image_url)
}

output "ssh_public_keys" {
  description = "The keys without white space at their ends."
  value       = [for key in var.ssh_public_keys : trimspace(key)]
}

output "problems" {
  description = "Sentences that say why the card cannot be passed through; empty if it can."
  value       = local.problems
}

output "card" {
  description = "What a complete mapping of the card says of it."
  value = {
    path         = var.gpu_path
    id           = local.id
    iommu_group  = local.iommu_group
    subsystem_id = local.subsystem_id
    functions    = sort([for device in local.functions : device.id])
  }
}

output "ssh" {
  description = "How to sign in."
  value       = "ssh ${var.user}@${local.ip}"
}

output "next" {
  description = "What to run next, in the root of the repository."
  value       = "deploy/whisper-setup.sh --user ${var.user} ${local.ip}"
}

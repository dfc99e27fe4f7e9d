output "address" {
  description = "Address of the machine."
  value       = module.logic.ip
}

output "ssh" {
  description = "How to sign in."
  value       = module.logic.ssh
}

output "next" {
  description = "What to run next, in the root of the repository."
  value       = module.logic.next
}

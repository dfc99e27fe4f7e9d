locals {
  ip = split("/", var.address)[0]
  # cidrhost of the same network number means: the same network.
  gateway_inside = try(cidrhost(var.address, 0) == cidrhost("${var.gateway}/${split("/", var.address)[1]}", 0), false)
  gateway_apart  = var.gateway != local.ip
}

terraform {
  required_version = ">= 1.7"

  required_providers {
    proxmox = {
      source  = "bpg/proxmox"
      version = "~> 0.111"
    }
  }
}

# Address and token come from PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN. There is no variable for the token,
# so that it cannot end up in a .tfvars file, a plan or the state.
provider "proxmox" {}

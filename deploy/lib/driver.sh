# shellcheck shell=bash
# Phase 1: NVIDIA's driver, of a branch that still knows old cards, built for the running kernel. Runs on the host.

# R580 is the last branch for Maxwell, Pascal and Volta. Never "latest", never -open: that one begins with Turing.
driver_make() {
    case $OS in
    debian-12) debian_driver ;;
    ubuntu-24.04) ubuntu_driver ;;
    *) fail "$E_UNSUITABLE" "no driver is known for $OS; install NVIDIA's R580 or older by hand and run this again" ;;
    esac
    say "driver installed; it works after a reboot"
}

debian_driver() {
    local mirror=${WHISPER_DEBIAN_MIRROR:-http://deb.debian.org/debian}
    echo "deb $mirror bookworm contrib non-free non-free-firmware" >/etc/apt/sources.list.d/whisper-nvidia.list
    echo "deb $mirror bookworm-updates contrib non-free non-free-firmware" >>/etc/apt/sources.list.d/whisper-nvidia.list
    apt_install linux-headers-amd64 nvidia-kernel-dkms nvidia-smi libcuda1 nvidia-persistenced nvidia-modprobe
}

ubuntu_driver() {
    apt_install linux-headers-generic nvidia-headless-580-server nvidia-utils-580-server libnvidia-compute-580-server nvidia-modprobe
}

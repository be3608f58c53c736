"""The boards an image is for: device trees of the kernel, and the names under which a board looks for them."""

# Board as people call it -> file in the kernel's package -> names on the FAT partition.
BOARDS = {
    "Raspberry Pi 3 Model B+": ("bcm2837-rpi-3-b-plus.dtb", ("bcm2837-rpi-3-b-plus.dtb", "bcm2710-rpi-3-b-plus.dtb")),
    "Raspberry Pi 4 Model B": ("bcm2711-rpi-4-b.dtb", ("bcm2711-rpi-4-b.dtb",)),
    "Raspberry Pi 5": ("bcm2712-rpi-5-b.dtb", ("bcm2712-rpi-5-b.dtb",)),
    "Raspberry Pi 5 (stepping D0)": ("bcm2712-d-rpi-5-b.dtb", ("bcm2712-d-rpi-5-b.dtb", "bcm2712d0-rpi-5-b.dtb")),
    "Raspberry Pi Zero 2 W": ("bcm2837-rpi-zero-2-w.dtb", ("bcm2837-rpi-zero-2-w.dtb", "bcm2710-rpi-zero-2-w.dtb")),
}
# What Imager calls them in its list of devices.
IMAGER_TAGS = ("pi3-64bit", "pi4-64bit", "pi5-64bit")

# What starts the processor of a Pi 3 and Zero 2 W, and of a Pi 4; a Pi 5 has it in its own flash memory.
FIRMWARE = ("bootcode.bin", "start.elf", "fixup.dat", "start4.elf", "fixup4.dat")

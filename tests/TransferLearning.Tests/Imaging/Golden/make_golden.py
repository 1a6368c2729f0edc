"""Writes the golden files of the imaging tests with Pillow (made with 9.4): `python3 make_golden.py [folder of real images]`.

decode/*            images of every kind, and beside each `<name>.rgb`: its upright pixels on white, 3 bytes each
resize/*.rgb.z      what Image.resize makes of decode/scene.png; the file name says how
photos.tsv          SHA-256 of what Pillow makes of real images, which are not part of the repository
"""
import hashlib
import pathlib
import struct
import sys
import zlib

import numpy
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 40, 28


def scene(width, height, seed=7):
    """Gradients, a sharp edge, a disc and noise: something for every frequency."""
    y, x = numpy.mgrid[0:height, 0:width]
    noise = numpy.random.default_rng(seed).integers(-20, 21, (height, width, 3))
    pixels = numpy.stack([255 * x / (width - 1), 255 * y / (height - 1), 127 + 120 * numpy.sin(x / 3) * numpy.cos(y / 4)], 2) + noise
    pixels[: height // 3, width // 2 :] = (250, 250, 5)
    pixels[(x - width / 4) ** 2 + (y - height * 0.6) ** 2 < (height / 5) ** 2] = (10, 20, 200)
    return Image.fromarray(numpy.clip(pixels, 0, 255).astype(numpy.uint8))


def with_alpha(image):
    alpha = numpy.linspace(0, 255, image.width).astype(numpy.uint8)
    image = image.convert("RGBA")
    image.putalpha(Image.fromarray(numpy.tile(alpha, (image.height, 1))))
    return image


def reference(image):
    """Upright, on white, 8 bits."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):
        grey = (numpy.asarray(image).astype(numpy.uint32) >> 8).astype(numpy.uint8)
        return Image.fromarray(grey).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")


def sixteen_bit(image):
    """The eight bits above eight random ones."""
    samples = numpy.asarray(image).astype(numpy.uint16)
    return samples * 256 + numpy.random.default_rng(3).integers(0, 256, samples.shape).astype(numpy.uint16)


def png16_rgb(path, image):
    """Pillow cannot write 16 bits per channel."""
    samples = sixteen_bit(image)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", image.width, image.height, 16, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    return data.tobytes()


def write_decode(folder):
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    image = scene(WIDTH, HEIGHT)
    grey = image.convert("L")
    image.save(folder / "scene.png", optimize=True)
    image.save(folder / "baseline.jpg", quality=90)
    image.save(folder / "subsampled.jpg", quality=80, subsampling=2)
    image.save(folder / "progressive.jpg", quality=85, progressive=True)
    image.save(folder / "restart.jpg", quality=85, restart_marker_blocks=2)
    grey.save(folder / "grey.jpg", quality=90)
    image.convert("CMYK").save(folder / "cmyk.jpg", quality=95)
    for orientation in range(1, 9):
        image.save(folder / f"orientation{orientation}.jpg", quality=90, exif=exif(orientation))
    image.save(folder / "orientation6.png", exif=exif(6))
    image.save(folder / "orientation6.webp", lossless=True, exif=exif(6))
    grey.save(folder / "grey.png")
    with_alpha(grey.convert("LA").convert("RGBA")).convert("LA").save(folder / "grey-alpha.png")
    grey.point(lambda value: 255 * (value > 127)).convert("1").save(folder / "one-bit.png")
    with_alpha(image).save(folder / "alpha.png")
    image.quantize(50).save(folder / "palette.png")
    image.quantize(16).save(folder / "palette4.png", bits=4)
    image.quantize(50).save(folder / "palette-transparent.png", transparency=3)
    png16_rgb(folder / "sixteen-bit.png", image)
    Image.fromarray(sixteen_bit(grey)).save(folder / "sixteen-bit-grey.png")
    image.save(folder / "colours.bmp")
    image.quantize(50).save(folder / "palette.bmp")
    image.quantize(50).save(folder / "palette.gif")
    frames = [scene(WIDTH, HEIGHT, seed).quantize(40) for seed in (1, 2, 3)]
    frames[0].save(folder / "animated.gif", save_all=True, append_images=frames[1:], duration=50, loop=0)
    moving = [scene(WIDTH, HEIGHT, seed) for seed in (1, 2, 3)]
    moving[0].save(folder / "animated.webp", save_all=True, append_images=moving[1:], duration=50, quality=50)
    image.quantize(50).save(folder / "transparent.gif", transparency=5)
    image.save(folder / "lossy.webp", quality=80)
    image.save(folder / "lossless.webp", lossless=True)
    with_alpha(image).save(folder / "alpha.webp", lossless=True, exact=True)
    scene(32, 32).save(folder / "icon.ico", sizes=[(16, 16), (32, 32)])
    for path in sorted(folder.iterdir()):
        with Image.open(path) as stored:
            pixels = reference(stored)
        path.with_name(path.name + ".rgb").write_bytes(pixels.tobytes())
        print(path.name, pixels.size, path.stat().st_size)


PHOTO_CASES = ((224, 224, "shortest-side", 256, "bilinear"), (96, 96, "squash", 0, "bicubic"), (150, 100, "pad", 0, "bilinear"))
FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


def preprocess(image, width, height, mode, side, interpolation):
    chosen = FILTERS[interpolation]
    if mode == "squash":
        return image.resize((width, height), chosen)
    if mode == "pad":
        return ImageOps.pad(image, (width, height), chosen, color=(0, 0, 0))
    if image.width <= image.height:
        size = side, int(side * image.height / image.width)
    else:
        size = int(side * image.width / image.height), side
    left, top = int(round((size[0] - width) / 2.0)), int(round((size[1] - height) / 2.0))
    return image.resize(size, chosen).crop((left, top, left + width, top + height))


def write_resized(folder, stem, image, cases):
    folder.mkdir(exist_ok=True)
    for width, height, mode, side, interpolation in cases:
        pixels = preprocess(image, width, height, mode, side, interpolation)
        name = f"{stem},{width}x{height},{mode},{side},{interpolation}.rgb.z"
        (folder / name).write_bytes(zlib.compress(pixels.tobytes(), 9))


def write_images(root, path):
    lines = []
    for pattern, step in (("dogs_vs_cats/train/*/*.jpg", 25), ("imagenet_sample_100/*", 20), ("sign_language/valid/*/*", 75), ("photos_12mp/*", 1)):
        for file in sorted(root.glob(pattern))[::step]:
            with Image.open(file) as image:
                upright = ImageOps.exif_transpose(image).convert("RGB")
            pixels = {"decode": upright}
            for case in PHOTO_CASES:
                width, height, *rest = case
                name = f"{width}x{height}," + ",".join(map(str, rest))
                pixels[name] = preprocess(upright, *case)
            for kind, image in pixels.items():
                digest = hashlib.sha256(image.tobytes()).hexdigest()
                lines.append(f"{file.relative_to(root)}\t{kind}\t{digest}\n")
    path.write_text("".join(lines))


def main():
    write_decode(HERE / "decode")
    write_resized(HERE / "resize", "scene", scene(WIDTH, HEIGHT), [
        (24, 24, "shortest-side", 24, "bilinear"),
        (24, 24, "shortest-side", 27, "bicubic"),
        (13, 9, "shortest-side", 13, "bilinear"),
        (7, 3, "squash", 0, "bilinear"),
        (17, 31, "squash", 0, "bicubic"),
        (3, 2, "squash", 0, "bicubic"),
        (1, 1, "squash", 0, "bilinear"),
        (40, 28, "squash", 0, "bicubic"),
        (96, 96, "shortest-side", 110, "bilinear"),
        (96, 96, "shortest-side", 96, "bicubic"),
        (33, 96, "shortest-side", 100, "bicubic"),
        (20, 20, "pad", 0, "bilinear"),
        (35, 64, "pad", 0, "bicubic"),
    ])
    if len(sys.argv) > 1:
        write_images(pathlib.Path(sys.argv[1]), HERE / "photos.tsv")


main()

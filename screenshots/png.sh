#!/bin/sh
# Makes PNGs from the pictures, for pages that cannot show SVG text in the
# right font. Needs rsvg-convert, pngquant and JetBrains Mono:
#   apt-get install -y librsvg2-bin pngquant fonts-jetbrains-mono fonts-dejavu-core
set -eu
cd "$(dirname "$0")"
for svg in *.svg; do
	rsvg-convert --zoom 1.25 "$svg" | pngquant --strip --speed 1 64 - >"${svg%.svg}.png"
done
# An image this size is for a README; more would only be slow.
large=$(find . -name '*.png' -size +200k)
if [ -n "$large" ]; then
	echo "larger than 200 kB: $large" >&2
	exit 1
fi

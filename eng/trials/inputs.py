#!/usr/bin/env python3
"""Makes the input files of the trials. Standard library only.

    python3 inputs.py VERB ARGUMENTS
"""
import json, math, os, random, struct, sys, zipfile, zlib

SIDE = 28


# Pictures

def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def png(path, w, h, kind, depth, rows, extra=b'', lace=0):
    """Rows are the bytes of one scan line each."""
    os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
    header = chunk(b'IHDR', struct.pack('>IIBBBBB', w, h, depth, kind, 0, 0, lace))
    data = chunk(b'IDAT', zlib.compress(b''.join(b'\0' + r for r in rows), 6))
    open(path, 'wb').write(b'\x89PNG\r\n\x1a\n' + header + extra + data + chunk(b'IEND', b''))


def byte(value):
    return min(255, max(0, int(value)))


def stripes(x, y, way, r):
    """A byte of horizontal (h: normal) or vertical stripes."""
    return byte(128 + 90 * math.sin((y if way == 'h' else x) * 0.7 + r[0]) + r[1].randint(-12, 12))


def image(path, w, h, ch, way, seed):
    r = (seed * 0.9, random.Random(seed))
    rows = [bytes(stripes(x, y, way, r) if c < 3 else 0 for x in range(w) for c in range(ch)) for y in range(h)]
    png(path, w, h, 0 if ch == 1 else 2, 8, rows)


def imgs(d, n, w, h, ch, way, first='0'):
    """A folder of PNGs."""
    for i in range(int(n)):
        image(f'{d}/{i:04d}.png', int(w), int(h), int(ch), way, int(first) + i)


def links(d, n, side, ch):
    """One flat picture under n names (hard links)."""
    side, ch = int(side), int(ch)
    png(f'{d}/000000.png', side, side, 0 if ch == 1 else 2, 8, [bytes([90]) * side * ch] * side)
    for i in range(1, int(n)):
        os.link(f'{d}/000000.png', f'{d}/{i:06d}.png')


def png16(d, n, spot, first='0'):
    """A camera of 12 bits: counts 0 to 4095 in 16-bit grey; spot: counts added in a square of 6 × 6."""
    for i in range(int(n)):
        r = random.Random(int(first) + i)

        def count(x, y):
            value = min(4095, max(0, int(600 + 150 * math.sin(y * 0.7) + r.gauss(0, 6))))
            return value + (int(spot) if 8 <= x < 14 and 8 <= y < 14 else 0)
        rows = [b''.join(struct.pack('>H', count(x, y)) for x in range(SIDE)) for y in range(SIDE)]
        png(f'{d}/{i:04d}.png', SIDE, SIDE, 0, 16, rows)


def kinds(d):
    """The same grey picture in the ways of PNG and BMP."""
    r = (0, random.Random(1))
    g = [[stripes(x, y, 'h', r) for x in range(SIDE)] for y in range(SIDE)]

    def write(name, kind, depth, pixel, extra=b''):
        png(f'{d}/{name}.png', SIDE, SIDE, kind, depth, [b''.join(pixel(p) for p in row) for row in g], extra)
    write('grey8', 0, 8, lambda p: bytes([p]))
    write('greyalpha', 4, 8, lambda p: bytes([p, 255]))
    write('rgb', 2, 8, lambda p: bytes([p] * 3))
    palette = b''.join(bytes([i, i, i]) for i in range(256))
    write('palette-of-greys', 3, 8, lambda p: bytes([p]), chunk(b'PLTE', palette))
    write('grey16', 0, 16, lambda p: struct.pack('>H', p * 257))
    halves = [bytes((row[x] >> 4 << 4) | row[x + 1] >> 4 for x in range(0, SIDE, 2)) for row in g]
    png(f'{d}/grey4.png', SIDE, SIDE, 0, 4, halves)
    for hidden in (0, 255):
        cutout(f'{d}/cutout-hidden{hidden}.png', hidden)
    adam = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    laced = [bytes(g[y][x] for x in range(x0, SIDE, dx)) for x0, y0, dx, dy in adam for y in range(y0, SIDE, dy)]
    png(f'{d}/interlaced.png', SIDE, SIDE, 0, 8, laced, lace=1)
    file = struct.pack('<2sIHHI', b'BM', 14 + 40 + 1024 + 784, 0, 0, 1078)
    info = struct.pack('<IiiHHIIiiII', 40, SIDE, SIDE, 1, 8, 0, 784, 2835, 2835, 256, 0)
    colours = b''.join(bytes([i, i, i, 0]) for i in range(256))
    open(f'{d}/grey8.bmp', 'wb').write(file + info + colours + b''.join(bytes(row) for row in reversed(g)))


def cutout(path, hidden):
    """The same to the eye on white: a black square on transparency, with other colours under it."""
    black, clear = bytes([0, 0, 0, 255]), bytes([hidden] * 3 + [0])
    rows = [b''.join(black if 9 < x < 18 and 9 < y < 18 else clear for x in range(SIDE)) for y in range(SIDE)]
    png(path, SIDE, SIDE, 6, 8, rows)


def frames(d, scenes, each, first='0'):
    """Near-duplicates: scenes, each with so many frames that differ by a little noise."""
    for s in range(int(first), int(first) + int(scenes)):
        q = random.Random(9000 + s)
        a, b, c = q.uniform(.3, 1.1), q.uniform(0, 6), q.uniform(.2, .9)
        for k in range(int(each)):
            z = random.Random(s * 1000 + k)

            def pixel(x, y):
                return byte(128 + 60 * math.sin(a * y + b) + 50 * math.sin(c * x) + z.gauss(0, 2))
            rows = [bytes(pixel(x, y) for x in range(SIDE)) for y in range(SIDE)]
            png(f'{d}/s{s:03d}_{k:03d}.png', SIDE, SIDE, 0, 8, rows)


# What lies beside pictures

def apple(d):
    """What macOS, Windows, Jupyter and a NAS leave beside pictures."""
    for f in sorted(f for f in os.listdir(d) if f.endswith('.png'))[:3]:
        open(f'{d}/._{f}', 'wb').write(b'\0\x05\x16\x07\0\x02\0\0Mac OS X        ' + bytes(4072))
        for extra in ('.ipynb_checkpoints', '@eaDir/' + f):
            os.makedirs(f'{d}/{extra}', exist_ok=True)
            open(f'{d}/{extra}/{f[:-4]}-checkpoint.png', 'wb').write(open(f'{d}/{f}', 'rb').read())
    for f in ('.DS_Store', 'Thumbs.db', 'desktop.ini'):
        open(f'{d}/{f}', 'wb').write(b'junk')


def maczip(d, out):
    name = os.path.basename(d)
    with zipfile.ZipFile(out, 'w') as z:
        for f in sorted(os.listdir(d)):
            z.write(f'{d}/{f}', f'{name}/{f}')
            z.writestr(f'__MACOSX/{name}/._{f}', b'\0\x05\x16\x07' + bytes(200))


# Arrays

def npy(path, descr, shape, data, fortran=False, version=1):
    head = f"{{'descr': {descr!r}, 'fortran_order': {fortran}, 'shape': {tuple(shape)!r}, }}".encode()
    size = 10 if version == 1 else 12
    head += b' ' * (-(len(head) + 1 + size) % 64) + b'\n'
    length = struct.pack('<H' if version == 1 else '<I', len(head))
    open(path, 'wb').write(b'\x93NUMPY' + bytes([version, 0]) + length + head + data)


def packed(code, values):
    return b''.join(struct.pack(code, v) for v in values)


def npys(d):
    """One table of 200 rows and 4 columns, as NumPy saves it."""
    os.makedirs(d, exist_ok=True)
    r = random.Random(1)
    t = [[r.randint(0, 90) for _ in range(4)] for _ in range(200)]
    rows, cols = [v for row in t for v in row], [row[j] for j in range(4) for row in t]
    for name, descr, code in (('f4', '<f4', '<f'), ('i8', '<i8', '<q'), ('i4', '<i4', '<i'), ('i2', '<i2', '<h'),
                              ('f2', '<f2', '<e'), ('f8-big', '>f8', '>d'), ('u2', '<u2', '<H'), ('u1', '|u1', '<B')):
        npy(f'{d}/{name}.npy', descr, (200, 4), packed(code, rows))
    npy(f'{d}/f8-fortran.npy', '<f8', (200, 4), packed('<d', cols), fortran=True)
    npy(f'{d}/bool.npy', '|b1', (200, 4), packed('<B', [v % 2 for v in rows]))
    npy(f'{d}/v2.npy', '<f4', (200, 4), packed('<f', rows), version=2)
    npy(f'{d}/column.npy', '<f4', (200,), packed('<f', rows[:200]))
    rgba = bytes(r.randint(0, 255) for _ in range(4096))
    npy(f'{d}/nhwc32x4.npy', '|u1', (200, 32, 32, 4), rgba * 200)
    floats = [min(1, max(0, .5 + .35 * math.sin(y * .7 + i) + r.gauss(0, .04)))
              for i in range(200) for y in range(SIDE) for x in range(SIDE)]
    npy(f'{d}/float-images.npy', '<f4', (200, 1, SIDE, SIDE), packed('<f', floats))
    with zipfile.ZipFile(f'{d}/table.npz', 'w') as z:
        z.write(f'{d}/f4.npy', 'arr_0.npy')


# Tables

def table(n, seed, spread=1.0, shift=0.0):
    r = random.Random(seed)
    return [[10 + shift + r.gauss(0, spread), 20 + r.gauss(0, .5), 30 + r.gauss(0, .25)] for _ in range(n)]


def lines(path, rows, head=None, sep=',', comma=False, fmt='%.2f', end='\n', enc='utf-8'):
    def show(v):
        text = v if isinstance(v, str) else fmt % v
        text = text.rstrip('0').rstrip('.') if fmt.endswith('f') and not isinstance(v, str) else text
        return text.replace('.', ',') if comma else text
    text = end.join([head] * bool(head) + [sep.join(map(show, row)) for row in rows]) + end
    open(path, 'w', newline='', encoding=enc).write(text)


def csvs(d):
    """One table in the ways of spreadsheets and programs; rows 0, 1, 2 of the test are anomalies: +8, +12, +14 deviations."""
    os.makedirs(d, exist_ok=True)
    n, t = table(600, 1), table(20, 2)
    t[0][0], t[1][1], t[2][2] = 18.0, 26.0, 33.5
    for name, rows in (('normal', n), ('test', t)):
        def write(kind, head='a,b,c', rows=rows, *more, **how):
            lines(f'{d}/{name}{kind}.csv', rows, head, *more, **how)
        first = 0 if name == 'normal' else 5000
        write('')
        write('-comma', 'a;b;c', rows, ';', True)
        write('-cab', 'c,a,b', [[r[2], r[0], r[1]] for r in rows])
        write('-index', ',a,b,c', [[str(first + i)] + r for i, r in enumerate(rows)])
        write('-numbered', '0,1,2')
        write('-tab', 'a\tb\tc', rows, '\t')
        write('-utf16', enc='utf-16')
        write('-bom-crlf', end='\r\n', enc='utf-8-sig')
        write('-savetxt', None, rows, ' ', fmt='%.18e')
        write('-sep', 'sep=;\na;b;c', rows, ';')
        write('-comment', '# logger 7\n# units: V\na,b,c')
        write('-trailing', 'a,b,c,', [r + [''] for r in rows])
        write('-missing', 'a,b,c', [r[:1] + [''] + r[2:] if i % 20 == 7 else r for i, r in enumerate(rows)])
        write('-category', 'a,b,c,colour', [r + ['red' if i % 3 else 'blue'] for i, r in enumerate(rows)])
        write('-spaced', 'a, b, c', rows, ', ')
        write('-quoted', '"a","b","c"', [['"%.2f"' % v for v in r] for r in rows], ', ')
    spectrums(d)


def spectrums(d):
    """Twenty wavelengths as headings; the first three rows of the test are anomalies: +30 deviations at one of them."""
    waves, r = [400 + 2.5 * j for j in range(20)], random.Random(5)

    def spectra(count, bump):
        return [[.5 + .2 * math.sin(j / 3) + r.gauss(0, .01) + (bump if j == 9 else 0) for j in range(20)]
                for _ in range(count)]
    for name, rows in (('spectra', spectra(300, 0)), ('spectra-test', spectra(3, .3) + spectra(20, 0))):
        lines(f'{d}/{name}.csv', rows, ','.join('%.1f' % w for w in waves), fmt='%.4f')
        lines(f'{d}/{name}-words.csv', rows, ','.join('w%.0f' % w for w in waves), fmt='%.4f')


def offsets(d):
    """Large means, small deviations: pressure in Pa, a counter, mains frequency in Hz; the last column is constant.
    Rows 0, 1, 2 of the test have +10 deviations in one column each."""
    os.makedirs(d, exist_ok=True)
    r, cols = random.Random(11), ((101325, 5), (17000000, 40), (50, .002))

    def make(count):
        return [[m + s * r.gauss(0, 1) for m, s in cols] + [14.62] for _ in range(count)]
    n, t = make(900), make(40)
    for i, (m, s) in enumerate(cols):
        t[i][i] = m + 10 * s
    head = 'pressure,counter,hertz,constant'
    for name, rows in (('normal', n), ('test', t)):
        lines(f'{d}/{name}.csv', rows, head, fmt='%.9g')
        shifted = [[(v - m) / s for v, (m, s) in zip(row, cols)] + [0] for row in rows]
        lines(f'{d}/{name}-shifted.csv', shifted, head, fmt='%.9g')


# Tensors

def addint(src, out, dtype='I64'):
    """The same file with one more tensor, as PyTorch's batch normalisation leaves one."""
    b = open(src, 'rb').read()
    n = struct.unpack('<Q', b[:8])[0]
    head, data = json.loads(b[8:8 + n]), b[8 + n:]
    size = {'I64': 8, 'BOOL': 1, 'U8': 1, 'F8_E4M3': 1}[dtype]
    place = {'dtype': dtype, 'shape': [], 'data_offsets': [len(data), len(data) + size]}
    h = json.dumps({**head, 'bn.num_batches_tracked': place}).encode()
    h += b' ' * (-len(h) % 8)
    open(out, 'wb').write(struct.pack('<Q', len(h)) + h + data + b'\1' + bytes(size - 1))


if __name__ == '__main__':
    globals()[sys.argv[1]](*sys.argv[2:])

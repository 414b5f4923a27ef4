#!/usr/bin/env python3
"""Makes the input files of the trials. Standard library only.  python3 inputs.py VERB ARGUMENTS"""
import json, math, os, random, struct, sys, zipfile, zlib

def chunk(t, d): return struct.pack('>I', len(d)) + t + d + struct.pack('>I', zlib.crc32(t + d))
def png(path, w, h, kind, depth, rows, extra=b'', lace=0):      # rows: bytes of one scan line each
    os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
    open(path, 'wb').write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', w, h, depth, kind, 0, 0, lace)) + extra
        + chunk(b'IDAT', zlib.compress(b''.join(b'\0' + r for r in rows), 6)) + chunk(b'IEND', b''))
def stripes(x, y, way, r):                                       # 0..255; way h: normal, v: another kind
    return min(255, max(0, int(128 + 90 * math.sin((y if way == 'h' else x) * 0.7 + r[0]) + r[1].randint(-12, 12))))
def image(path, w, h, ch, way, seed):
    r = (seed * 0.9, random.Random(seed))
    png(path, w, h, 0 if ch == 1 else 2, 8, [bytes(stripes(x, y, way, r) if c < 3 else 0 for x in range(w) for c in range(ch)) for y in range(h)])
def imgs(d, n, w, h, ch, way, first='0'):                        # a folder of PNGs
    for i in range(int(n)): image(f'{d}/{i:04d}.png', int(w), int(h), int(ch), way, int(first) + i)
def links(d, n, side, ch):                                       # one flat picture under n names (hard links)
    side, ch = int(side), int(ch)
    png(f'{d}/000000.png', side, side, 0 if ch == 1 else 2, 8, [bytes([90]) * side * ch] * side)
    for i in range(1, int(n)): os.link(f'{d}/000000.png', f'{d}/{i:06d}.png')
def png16(d, n, spot, first='0'):                                # 12-bit camera: counts 0..4095 in 16-bit grey; spot: counts added in a 6x6 square
    for i in range(int(n)):
        r = random.Random(int(first) + i)
        v = [[min(4095, max(0, int(600 + 150 * math.sin(y * 0.7) + r.gauss(0, 6)))) + (int(spot) if 8 <= x < 14 and 8 <= y < 14 else 0) for x in range(28)] for y in range(28)]
        png(f'{d}/{i:04d}.png', 28, 28, 0, 16, [b''.join(struct.pack('>H', p) for p in row) for row in v])
def kinds(d):                                                    # the same 28x28 grey picture in PNG's and BMP's ways
    r = (0, random.Random(1)); g = [[stripes(x, y, 'h', r) for x in range(28)] for y in range(28)]
    grey = b''.join(bytes([i, i, i]) for i in range(256))
    png(f'{d}/grey8.png', 28, 28, 0, 8, [bytes(row) for row in g])
    png(f'{d}/greyalpha.png', 28, 28, 4, 8, [b''.join(bytes([p, 255]) for p in row) for row in g])
    png(f'{d}/rgb.png', 28, 28, 2, 8, [b''.join(bytes([p] * 3) for p in row) for row in g])
    png(f'{d}/palette-of-greys.png', 28, 28, 3, 8, [bytes(row) for row in g], chunk(b'PLTE', grey))
    png(f'{d}/grey16.png', 28, 28, 0, 16, [b''.join(struct.pack('>H', p * 257) for p in row) for row in g])
    png(f'{d}/grey4.png', 28, 28, 0, 4, [bytes((row[x] >> 4 << 4) | row[x + 1] >> 4 for x in range(0, 28, 2)) for row in g])
    for hidden in (0, 255):                                      # same to the eye on white: a black square on transparency, with other colours under it
        png(f'{d}/cutout-hidden{hidden}.png', 28, 28, 6, 8, [b''.join(bytes([0, 0, 0, 255]) if 9 < x < 18 and 9 < y < 18 else bytes([hidden] * 3 + [0]) for x in range(28)) for y in range(28)])
    adam = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    png(f'{d}/interlaced.png', 28, 28, 0, 8, [bytes(g[y][x] for x in range(x0, 28, dx)) for x0, y0, dx, dy in adam for y in range(y0, 28, dy)], lace=1)
    bmp = struct.pack('<2sIHHI', b'BM', 14 + 40 + 1024 + 784, 0, 0, 1078) + struct.pack('<IiiHHIIiiII', 40, 28, 28, 1, 8, 0, 784, 2835, 2835, 256, 0)
    open(f'{d}/grey8.bmp', 'wb').write(bmp + b''.join(bytes([i, i, i, 0]) for i in range(256)) + b''.join(bytes(row) for row in reversed(g)))
def apple(d):                                                    # what macOS, Windows, Jupyter and a NAS leave beside pictures
    for f in sorted(f for f in os.listdir(d) if f.endswith('.png'))[:3]:
        open(f'{d}/._{f}', 'wb').write(b'\0\x05\x16\x07\0\x02\0\0Mac OS X        ' + bytes(4072))
        for extra in ('.ipynb_checkpoints', '@eaDir/' + f):
            os.makedirs(f'{d}/{extra}', exist_ok=True); open(f'{d}/{extra}/{f[:-4]}-checkpoint.png', 'wb').write(open(f'{d}/{f}', 'rb').read())
    for f in ('.DS_Store', 'Thumbs.db', 'desktop.ini'): open(f'{d}/{f}', 'wb').write(b'junk')
def maczip(d, out):
    with zipfile.ZipFile(out, 'w') as z:
        for f in sorted(os.listdir(d)):
            z.write(f'{d}/{f}', f'{os.path.basename(d)}/{f}'); z.writestr(f'__MACOSX/{os.path.basename(d)}/._{f}', b'\0\x05\x16\x07' + bytes(200))
def npy(path, descr, shape, data, fortran=False, version=1):
    head = f"{{'descr': {descr!r}, 'fortran_order': {fortran}, 'shape': {tuple(shape)!r}, }}".encode(); size = 10 if version == 1 else 12
    head += b' ' * (-(len(head) + 1 + size) % 64) + b'\n'
    open(path, 'wb').write(b'\x93NUMPY' + bytes([version, 0]) + struct.pack('<H' if version == 1 else '<I', len(head)) + head + data)
def npys(d):                                                     # one table of 200 rows and 4 columns, as NumPy saves it
    os.makedirs(d, exist_ok=True); r = random.Random(1); t = [[r.randint(0, 90) for _ in range(4)] for _ in range(200)]
    rows = [v for row in t for v in row]; cols = [row[j] for j in range(4) for row in t]
    for name, descr, code, values, order in (('f4', '<f4', '<f', rows, 0), ('f8-fortran', '<f8', '<d', cols, 1), ('i8', '<i8', '<q', rows, 0), ('i4', '<i4', '<i', rows, 0), ('i2', '<i2', '<h', rows, 0),
            ('f2', '<f2', '<e', rows, 0), ('f8-big', '>f8', '>d', rows, 0), ('u2', '<u2', '<H', rows, 0), ('bool', '|b1', '<B', [v % 2 for v in rows], 0), ('u1', '|u1', '<B', rows, 0)):
        npy(f'{d}/{name}.npy', descr, (200, 4), b''.join(struct.pack(code, v) for v in values), bool(order))
    npy(f'{d}/v2.npy', '<f4', (200, 4), b''.join(struct.pack('<f', v) for v in rows), version=2)
    npy(f'{d}/column.npy', '<f4', (200,), b''.join(struct.pack('<f', v) for v in rows[:200]))
    npy(f'{d}/nhwc32x4.npy', '|u1', (200, 32, 32, 4), bytes(r.randint(0, 255) for _ in range(4096)) * 200)   # RGBA pictures, channels last
    npy(f'{d}/float-images.npy', '<f4', (200, 1, 28, 28), b''.join(struct.pack('<f', min(1, max(0, .5 + .35 * math.sin(y * .7 + i) + r.gauss(0, .04)))) for i in range(200) for y in range(28) for x in range(28)))
    with zipfile.ZipFile(f'{d}/table.npz', 'w') as z: z.write(f'{d}/f4.npy', 'arr_0.npy')
def table(n, seed, spread=1.0, shift=0.0): r = random.Random(seed); return [[10 + shift + r.gauss(0, spread), 20 + r.gauss(0, .5), 30 + r.gauss(0, .25)] for _ in range(n)]
def lines(path, rows, head=None, sep=',', comma=False, fmt='%.2f', end='\n', enc='utf-8'):
    show = lambda v: v if isinstance(v, str) else (fmt % v).rstrip('0').rstrip('.') if fmt.endswith('f') else fmt % v
    text = end.join([head] * bool(head) + [sep.join(show(v).replace('.', ',') if comma else show(v) for v in row) for row in rows]) + end
    open(path, 'w', newline='', encoding=enc).write(text)
def csvs(d):
    os.makedirs(d, exist_ok=True); n, t = table(600, 1), table(20, 2); t[0][0] = 18.0; t[1][1] = 26.0; t[2][2] = 33.5      # rows 0, 1, 2 are anomalies: +8, +12, +14 deviations
    for name, rows in (('normal', n), ('test', t)):
        lines(f'{d}/{name}.csv', rows, 'a,b,c'); lines(f'{d}/{name}-comma.csv', rows, 'a;b;c', ';', True); lines(f'{d}/{name}-cab.csv', [[r[2], r[0], r[1]] for r in rows], 'c,a,b')
        lines(f'{d}/{name}-index.csv', [[str(i + (0 if name == 'normal' else 5000))] + r for i, r in enumerate(rows)], ',a,b,c')
        lines(f'{d}/{name}-numbered.csv', rows, '0,1,2'); lines(f'{d}/{name}-tab.csv', rows, 'a\tb\tc', '\t'); lines(f'{d}/{name}-utf16.csv', rows, 'a,b,c', enc='utf-16'); lines(f'{d}/{name}-bom-crlf.csv', rows, 'a,b,c', end='\r\n', enc='utf-8-sig')
        lines(f'{d}/{name}-savetxt.csv', rows, None, ' ', fmt='%.18e'); lines(f'{d}/{name}-sep.csv', rows, 'sep=;\na;b;c', ';'); lines(f'{d}/{name}-comment.csv', rows, '# logger 7\n# units: V\na,b,c')
        lines(f'{d}/{name}-trailing.csv', [r + [''] for r in rows], 'a,b,c,'); lines(f'{d}/{name}-missing.csv', [r[:1] + [''] + r[2:] if i % 20 == 7 else r for i, r in enumerate(rows)], 'a,b,c')
        lines(f'{d}/{name}-category.csv', [r + ['red' if i % 3 else 'blue'] for i, r in enumerate(rows)], 'a,b,c,colour'); lines(f'{d}/{name}-spaced.csv', rows, 'a, b, c', ', '); lines(f'{d}/{name}-quoted.csv', [['"%.2f"' % v for v in r] for r in rows], '"a","b","c"', ', ')
    waves = [400 + 2.5 * j for j in range(20)]; r = random.Random(5)
    spectra = lambda k, bump: [[.5 + .2 * math.sin(j / 3) + r.gauss(0, .01) + (bump if j == 9 else 0) for j in range(20)] for _ in range(k)]
    for name, rows in (('spectra', spectra(300, 0)), ('spectra-test', spectra(3, .3) + spectra(20, 0))):                     # the first three are anomalies: +30 deviations at one wavelength
        lines(f'{d}/{name}.csv', rows, ','.join('%.1f' % w for w in waves), fmt='%.4f'); lines(f'{d}/{name}-words.csv', rows, ','.join('w%.0f' % w for w in waves), fmt='%.4f')
def offsets(d):                                                  # large means, small deviations: pressure in Pa, a counter, mains frequency in Hz; the last column is constant
    os.makedirs(d, exist_ok=True); r = random.Random(11); cols = ((101325, 5), (17000000, 40), (50, .002))
    make = lambda k: [[m + s * r.gauss(0, 1) for m, s in cols] + [14.62] for _ in range(k)]
    n, t = make(900), make(40)
    for i, (m, s) in enumerate(cols): t[i][i] = m + 10 * s                                                                   # rows 0, 1, 2: +10 deviations in one column each
    for name, rows in (('normal', n), ('test', t)):
        lines(f'{d}/{name}.csv', rows, 'pressure,counter,hertz,constant', fmt='%.9g'); lines(f'{d}/{name}-shifted.csv', [[(v - m) / s for v, (m, s) in zip(row, cols)] + [0] for row in rows], 'pressure,counter,hertz,constant', fmt='%.9g')
def tensors(path, pick=''):                                      # numbers of a safetensors file: what a model keeps
    b = open(path, 'rb').read(); n = struct.unpack('<Q', b[:8])[0]; head = json.loads(b[8:8 + n])
    for name, t in head.items():
        if name.startswith(pick or 'scaler') and name != '__metadata__': o = t['data_offsets']; print(name, t['shape'], ['%.4g' % v for v in struct.unpack('<%df' % ((o[1] - o[0]) // 4), b[8 + n + o[0]:8 + n + o[1]])[:12]])
def addint(src, out, dtype='I64'):                               # the same file with one more tensor, as PyTorch's batch normalisation leaves one
    b = open(src, 'rb').read(); n = struct.unpack('<Q', b[:8])[0]; head = json.loads(b[8:8 + n]); data = b[8 + n:]; size = {'I64': 8, 'BOOL': 1, 'U8': 1, 'F8_E4M3': 1}[dtype]
    head['bn.num_batches_tracked'] = {'dtype': dtype, 'shape': [], 'data_offsets': [len(data), len(data) + size]}; h = json.dumps(head).encode(); h += b' ' * (-len(h) % 8)
    open(out, 'wb').write(struct.pack('<Q', len(h)) + h + data + b'\1' + bytes(size - 1))
def frames(d, scenes, each, first='0'):                          # near-duplicates: scenes, each with so many frames that differ by a little noise
    for s in range(int(scenes)):
        q = random.Random(9000 + int(first) + s); a, b, c = q.uniform(.3, 1.1), q.uniform(0, 6), q.uniform(.2, .9)
        for k in range(int(each)):
            z = random.Random((int(first) + s) * 1000 + k)
            png(f'{d}/s{int(first) + s:03d}_{k:03d}.png', 28, 28, 0, 8, [bytes(min(255, max(0, int(128 + 60 * math.sin(a * y + b) + 50 * math.sin(c * x) + z.gauss(0, 2)))) for x in range(28)) for y in range(28)])
if __name__ == '__main__': globals()[sys.argv[1]](*sys.argv[2:])

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace TransferLearning.Tests.Data;

/// <summary>Writes miniatures of public datasets in their own formats.</summary>
internal static class LoaderFiles
{
    /// <summary>A shape on grey noise that tells the label: a bar whose place is that of the label.</summary>
    public static byte[] Plane(int side, int label, int seed)
    {
        var random = new Random(seed * 100 + label);
        byte[] pixels = new byte[side * side];
        random.NextBytes(pixels);
        for (int i = 0; i < pixels.Length; i++)
        {
            int at = label % 2 == 0 ? i % side : i / side;
            bool inBar = Math.Abs(at - (label / 2 + 1) * side / 4) < side / 8;
            pixels[i] = (byte)(inBar ? 255 - pixels[i] / 8 : pixels[i] / 8);
        }

        return pixels;
    }

    public static byte[] Idx(int[] dimensions, byte[] data)
    {
        byte[] file = [0, 0, 8, (byte)dimensions.Length, .. new byte[4 * dimensions.Length], .. data];
        foreach (var (i, dimension) in dimensions.Index())
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + 4 * i), dimension);
        return file;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var stream = new GZipStream(memory, CompressionLevel.Fastest))
            stream.Write(content);
        return memory.ToArray();
    }

    /// <summary>A folder like MNIST's: images of 28 × 28 pixels, whose labels go round.</summary>
    public static void Mnist(string folder, int train, int test, int classes)
    {
        Write("train", train, 0, compressed: false);
        Write("t10k", test, 1, compressed: true);

        void Write(string name, int count, int seed, bool compressed)
        {
            byte[] images = Idx([count, 28, 28], [.. Enumerable.Range(0, count).SelectMany(i => Plane(28, i % classes, seed + 2 * i))]);
            byte[] labels = Idx([count], [.. Enumerable.Range(0, count).Select(i => (byte)(i % classes))]);
            string end = compressed ? ".gz" : "";
            File.WriteAllBytes(Path.Combine(folder, $"{name}-images-idx3-ubyte{end}"), compressed ? Gzip(images) : images);
            File.WriteAllBytes(Path.Combine(folder, $"{name}-labels-idx1-ubyte{end}"), compressed ? Gzip(labels) : labels);
        }
    }

    /// <summary>A record of CIFAR: labels, then three planes.</summary>
    public static byte[] CifarRecord(byte[] labels, int shape, int seed) =>
        [.. labels, .. Plane(32, shape, seed), .. Plane(32, shape, seed + 1), .. Plane(32, shape, seed + 2)];

    public static void Cifar10(string folder, int perBatch, int classes)
    {
        foreach (string name in new[] { "data_batch_1.bin", "data_batch_2.bin", "test_batch.bin" })
        {
            int seed = name[^5] * 1000;
            File.WriteAllBytes(
                Path.Combine(folder, name),
                [.. Enumerable.Range(0, perBatch).SelectMany(i => CifarRecord([(byte)(i % classes)], i % classes, seed + 3 * i))]);
        }

        File.WriteAllText(
            Path.Combine(folder, "batches.meta.txt"),
            string.Join('\n', Enumerable.Range(0, classes).Select(i => $"class {i}")) + "\n\n",
            Encoding.UTF8);
    }
}

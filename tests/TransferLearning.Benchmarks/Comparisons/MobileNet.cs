using SkiaSharp;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// The network of most comparisons, MobileNetV2 1.0 of 224 × 224 pixels, and the images for it. What it writes is deleted again.
/// </summary>
internal sealed class MobileNet : IDisposable
{
    private const int Side = 224;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("benchmarks-");

    /// <summary>The pretrained network.</summary>
    public string File { get; } = BenchmarkData.Require("models/mobilenetv2-1.0-224.onnx");

    /// <summary>As a backbone.</summary>
    public Backbone Backbone => Backbone.FromFile(File);

    public ImagePreprocessing Preprocessing => Backbone.Preprocessing;

    /// <summary>The same for images that have the network's size: nothing is to be resized.</summary>
    public ImagePreprocessing WithoutResizing => Preprocessing with { Resize = ImageResizeMode.Squash, ResizeTo = null };

    /// <summary>The network without its classifier.</summary>
    public OnnxModel Features() => OnnxModel.Load(File).WithoutTop();

    /// <summary>Saves a model for rivals that want a file.</summary>
    public string Save(OnnxModel model, string name)
    {
        string path = Path(name);
        model.Save(path);
        return path;
    }

    /// <summary>A file for what a comparison writes.</summary>
    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>The images of dogs and cats, about 500 × 400 pixels.</summary>
    public static string[] Images(int most = int.MaxValue) => Take("datasets/dogs_vs_cats", most);

    /// <summary>The images of sign language, 100 × 100 pixels.</summary>
    public static string[] TinyImages(int most) => Take("datasets/sign_language/valid", most);

    /// <summary>Images of 3024 × 3024 pixels, each several times.</summary>
    public static string[] LargeImages(int count)
    {
        string[] images = Take("datasets/photos_12mp", int.MaxValue);
        return [.. Enumerable.Range(0, count).Select(i => images[i % images.Length])];
    }

    /// <summary>The images of dogs and cats at the size of the network, as JPEG of quality 90.</summary>
    public string[] SmallImages(int most = int.MaxValue)
    {
        string folder = _folder.CreateSubdirectory("small").FullName;
        return [.. Images(most).Select((image, i) =>
        {
            string path = System.IO.Path.Combine(folder, FormattableString.Invariant($"{i:000}.jpg"));
            if (!System.IO.File.Exists(path))
                System.IO.File.WriteAllBytes(path, Shrink(image));
            return path;
        })];
    }

    /// <summary>The tensors of images, one after the other.</summary>
    public static float[] Tensors(ImagePreprocessing preprocessing, IReadOnlyList<string> images)
    {
        var preprocessor = new ImagePreprocessor(preprocessing);
        float[] tensors = new float[images.Count * preprocessor.TensorLength];
        Parallel.For(
            0, images.Count, i => preprocessor.Load(images[i], tensors.AsSpan(i * preprocessor.TensorLength, preprocessor.TensorLength)));
        return tensors;
    }

    /// <summary>Reads, decodes, resizes and normalises images on all threads, and forgets them.</summary>
    /// <param name="images">The files.</param>
    /// <param name="preprocessor">The same in every round, so that what it keeps of sizes is warm.</param>
    public static void Decode(string[] images, ImagePreprocessor preprocessor)
    {
        Parallel.ForEach(
            images,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            () => new float[preprocessor.TensorLength],
            (path, _, tensor) =>
            {
                preprocessor.Load(path, tensor);
                return tensor;
            },
            _ => { });
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string[] Take(string folder, int most) => [.. ImageFiles.Find(BenchmarkData.Require(folder)).Take(most)];

    private static byte[] Shrink(string image)
    {
        using var bitmap = SKBitmap.Decode(image);
        using var small = bitmap.Resize(new SKImageInfo(Side, Side), SKFilterQuality.High);
        using var data = small.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }
}

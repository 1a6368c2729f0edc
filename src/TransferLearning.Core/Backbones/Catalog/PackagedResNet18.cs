using System.Numerics;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// The ResNet-18 that comes from the package registry: the content files of Microsoft.ML.DnnImageFeaturizer.ResNet18, which the package
/// TransferLearning.ResNet18 brings into the folder of an application. They are found there or in the package folder, verified, and
/// joined: the network reads BGR levels of 0 to 255, and the exact mean image of its training is subtracted in front of it.
/// </summary>
internal static class PackagedResNet18
{
    /// <summary>The package of ours that depends on the files.</summary>
    public const string Package = "TransferLearning.ResNet18";

    private const string Source = "Microsoft.ML.DnnImageFeaturizer.ResNet18";
    private const string SourceVersion = "0.23.1";
    private const string MeanImage = "mean_image";

    private static readonly PackagedFile Network = new(
        "DnnImageModels/ResNet18Onnx/ResNet18.onnx", 63_653_533, "e2552f19db2dfdb01b3669537b6a0f1b44da38d18279535492ed5dfc2ef1ff8f");

    private static readonly PackagedFile Mean = new(
        "DnnImageModels/ResNetPrepOnnx/ResNetPreprocess.onnx", 602_584, "84bf8def78d0befaa3f6e73745d57d7016c6a192ead76f79686bd438c1047004");

    private static readonly Lazy<OnnxModel> Model = new(() => Load(Folders), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Whether both files are at hand; their content is verified when they are loaded.</summary>
    public static bool IsPresent => Folders.Any(HasFiles);

    /// <summary>Where the files may be: beside the application, where building copies them, and where NuGet unpacked them.</summary>
    private static string[] Folders => [AppContext.BaseDirectory, PackageFolder()];

    /// <summary>The catalog entry, which needs neither file.</summary>
    public static Backbone Describe() => new()
    {
        Name = "ResNet18Packaged",

        // Its training scaled images without a filter against aliasing: the sharper of the two filters comes nearer to that.
        Preprocessing = ImagePreprocessing.Caffe() with { Mean = Vector3.Zero, Interpolation = ImageInterpolation.Bicubic },
        License = "MIT",
        Origin = $"NuGet package {Source} {SourceVersion}",
        Input = new OnnxTensorInfo("Input247", OnnxElementType.Float, [1, 3, 224, 224]),
        FeatureDimension = 512,
        Parameters = 15_908_800,
        Local = () => Model.Value,
    };

    /// <summary>The network with the mean image in front of it and a free batch dimension.</summary>
    /// <param name="folders">The folders to look in; the first one with both files is used.</param>
    /// <exception cref="WeightStorageException">A file is missing; the message names the package to add.</exception>
    /// <exception cref="WeightVerificationException">A file has another content than expected.</exception>
    public static OnnxModel Load(IReadOnlyList<string> folders)
    {
        string folder = folders.FirstOrDefault(HasFiles) ?? throw new WeightStorageException(
            $"The files of the backbone 'ResNet18Packaged' are in none of the folders '{string.Join("', '", folders)}'. " +
            $"Add them to your application with 'dotnet add package {Package}', or use another backbone, for instance " +
            $"{nameof(Backbones)}.{nameof(Backbones.TinyResNet)}.");
        return Join(Network.Read(folder), Mean.Read(folder));
    }

    /// <summary>Subtracts the mean image from the network's input: one node, so that the preprocessing stays a plain record.</summary>
    private static OnnxModel Join(OnnxModel network, OnnxModel mean)
    {
        var joined = network.Copy();
        string input = network.Inputs[0].Name;
        string centred = $"{input}/centred";
        foreach (var node in joined.Graph.Node)
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                if (node.Input[i] == input)
                    node.Input[i] = centred;
            }
        }

        var image = mean.Proto.Graph.Initializer.Single().Clone();
        image.Name = MeanImage;
        joined.Graph.Initializer.Add(image);
        var subtraction = new NodeProto { Name = centred, OpType = "Sub", Input = { input, MeanImage }, Output = { centred } };
        joined.Graph.Node.Insert(0, subtraction);
        return new OnnxModel(joined).WithFreeBatch();
    }

    private static bool HasFiles(string folder) => Network.IsIn(folder) && Mean.IsIn(folder);

    /// <summary>The folder that NuGet unpacks the files' package to.</summary>
    public static string PackageFolder()
    {
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Path.Combine(packages, "microsoft.ml.dnnimagefeaturizer.resnet18", SourceVersion, "tools");
    }

    /// <summary>A content file of the package.</summary>
    private sealed record PackagedFile(string Path, long Bytes, string Sha256)
    {
        public bool IsIn(string folder) => new FileInfo(At(folder)) is { Exists: true } file && file.Length == Bytes;

        public OnnxModel Read(string folder)
        {
            using var file = File.OpenRead(At(folder));
            using var content = FileContent.Read(file, Bytes, Sha256) ?? throw new WeightVerificationException(
                $"'{At(folder)}' has another content than the package {Source} {SourceVersion} (SHA-256 {Sha256}): delete it, " +
                "and restore and build again.");
            return ModelReader.Read(content, At(folder));
        }

        private string At(string folder) => System.IO.Path.Combine(folder, Path.Replace('/', System.IO.Path.DirectorySeparatorChar));
    }
}

using Microsoft.ML.OnnxRuntime;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.BackboneCatalog;

/// <summary>The ResNet-18 that the package registry serves; its files are restored with the solution.</summary>
public sealed class PackagedResNet18Tests
{
    private static readonly string[] Parts =
        ["DnnImageModels/ResNet18Onnx/ResNet18.onnx", "DnnImageModels/ResNetPrepOnnx/ResNetPreprocess.onnx"];

    [Fact]
    public async Task Features_are_those_of_the_two_files_of_the_package_run_one_after_the_other()
    {
        var backbone = RequirePackaged();
        var network = await backbone.LoadAsync(cancellationToken: TestContext.Current.CancellationToken);
        var random = new Random(1);
        const int plane = 224 * 224;
        float[] rgb = [.. Enumerable.Range(0, 3 * plane).Select(_ => (float)random.Next(256))];
        float[] bgr = [.. rgb[(2 * plane)..], .. rgb[plane..(2 * plane)], .. rgb[..plane]];

        float[] centred = Run(File.ReadAllBytes(FileOf(Parts[1])), rgb);
        float[] expected = Run(File.ReadAllBytes(FileOf(Parts[0])), centred);
        float[] actual = Run(network.ToBytes(), bgr);

        Assert.Equal(512, expected.Length);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * Math.Max(1, Math.Abs(pair.First))));
    }

    [Fact]
    public async Task The_batch_is_free_and_the_entry_says_what_the_file_is()
    {
        var backbone = RequirePackaged();
        var network = await backbone.LoadAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Null(network.Inputs[0].Dimensions[0]);
        Assert.Equal(backbone.Parameters, network.ParameterCount);
        Assert.Equal([null, backbone.FeatureDimension], network.WithoutTop().Outputs[0].Dimensions);
        Assert.Same(backbone, Backbones.Default);
    }

    [Fact]
    public void A_missing_file_names_the_package_and_a_damaged_one_is_refused()
    {
        RequirePackaged();
        using var folder = new TemporaryFolder();
        var missing = Assert.Throws<WeightStorageException>(() => PackagedResNet18.Load([folder.Path]));
        Assert.Contains("dotnet add package TransferLearning.ResNet18", missing.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, missing.Message, StringComparison.Ordinal);

        foreach (string part in Parts)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.File(part))!);
            File.Copy(FileOf(part), folder.File(part));
        }

        using (var file = new FileStream(folder.File(Parts[0]), FileMode.Open))
        {
            file.Position = file.Length / 2;
            int value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 1));
        }

        var damaged = Assert.Throws<WeightVerificationException>(() => PackagedResNet18.Load([folder.Path]));
        Assert.Contains(folder.File(Parts[0]), damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cats_and_dogs_are_told_apart_with_98_percent_and_more()
    {
        var backbone = RequirePackaged();
        var pets = ImageDataset.FromFolder(TestData.Require("datasets/dogs_vs_cats"));
        using var classifier = await TransferLearner.From(backbone).FeatureExtraction()
            .FitAsync(pets, cancellationToken: TestContext.Current.CancellationToken);
        var report = (await classifier.EvaluateAsync(pets.Validation, cancellationToken: TestContext.Current.CancellationToken)).Report;
        Assert.True(report.Accuracy >= 0.98, $"{report.Accuracy:P1} of the validation images");
    }

    private static Backbone RequirePackaged()
    {
        Assert.SkipUnless(PackagedResNet18.IsPresent, $"the files of {PackagedResNet18.Package} are not restored on this machine");
        return Backbones.ResNet18Packaged;
    }

    private static string FileOf(string part) => Path.Combine(PackagedResNet18.PackageFolder(), part);

    private static float[] Run(byte[] model, float[] input)
    {
        using var session = new InferenceSession(model);
        using var value = OrtValue.CreateTensorValueFromMemory(input, [1, 3, 224, 224]);
        using var options = new RunOptions();
        using var results = session.Run(options, session.InputNames, [value], session.OutputNames);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}

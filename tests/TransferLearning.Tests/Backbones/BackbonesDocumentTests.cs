using System.Globalization;
using System.Text;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.BackboneCatalog;

public sealed class BackbonesDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "docs", "backbones.md"));

    [Fact]
    public void Its_table_is_the_catalog() => Assert.Contains(Table(), Document, StringComparison.Ordinal);

    [Fact]
    public void It_names_the_variables_and_types_that_the_code_has()
    {
        foreach (string name in (string[])[
            CacheFolder.HomeVariable, WeightCache.OfflineVariable, nameof(WeightCacheOptions), nameof(WeightCacheOptions.Mirrors),
            nameof(WeightCacheOptions.Proxy),
            nameof(WeightVerificationException), nameof(WeightDownloadException), nameof(WeightStorageException), nameof(ClassLabels),
            nameof(WeightFile),
            ModelMetadata.PreprocessingKey, ModelMetadata.LabelsKey, ModelMetadata.LicenseKey, ModelMetadata.OriginKey])
            Assert.Contains(name, Document, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_preprocessing_example_is_valid()
    {
        int start = Document.IndexOf("{\"width\"", StringComparison.Ordinal);
        string json = Document[start..(Document.IndexOf('}', start) + 1)];

        Assert.Equal(ImagePreprocessing.ImageNet(), ImagePreprocessing.Parse(json));
    }

    private static string Table()
    {
        var table = new StringBuilder();
        table.Append("| name | input | preprocessing | features | parameters | multiply-adds | top-1 % | licence | download |\n");
        table.Append("| --- | --- | --- | ---: | ---: | ---: | ---: | --- | ---: |\n");
        foreach (var backbone in Backbones.All)
        {
            table.Append(
                CultureInfo.InvariantCulture,
                $"| {backbone.Name} | {Size(backbone.Preprocessing)} | {Preparation(backbone)} | {backbone.FeatureDimension} ");
            string top1 = backbone.PublishedTop1?.ToString("F1", CultureInfo.InvariantCulture) ?? "–";
            table.Append(CultureInfo.InvariantCulture, $"| {Short(backbone.Parameters)} | {Short(backbone.MultiplyAdds)} | {top1} ");
            string download = backbone.Weights is { } weights ? Megabytes(weights.Bytes)
                : backbone == Backbones.ResNet18Packaged ? "package"
                : "none";
            table.Append(CultureInfo.InvariantCulture, $"| {backbone.License} | {download} |\n");
        }

        return table.ToString();
    }

    private static string Size(ImagePreprocessing preprocessing) => string.Create(
        CultureInfo.InvariantCulture,
        $"{preprocessing.Width} × {preprocessing.Height}, {preprocessing.Layout.ToString().ToUpperInvariant()}");

    private static string Preparation(Backbone backbone)
    {
        var preprocessing = backbone.Preprocessing;
        string kind = preprocessing.Mean == ImagePreprocessing.ImageNet().Mean ? "`imagenet`"
            : preprocessing == ImagePreprocessing.Caffe() ? "`caffe`"
            : backbone == Backbones.ResNet18Packaged ? "BGR, the mean image is part of the network"
            : preprocessing == ImagePreprocessing.Caffe() with { Resize = ImageResizeMode.Squash, ResizeTo = null } ? "`caffe`, squashed"
            : backbone == Backbones.DenseNet121 ? "`caffe`, / 58.8235"
            : string.Create(CultureInfo.InvariantCulture, $"RGB, (x − {preprocessing.Mean.X}) / {preprocessing.StandardDeviation.X}");
        if (preprocessing.Interpolation == ImageInterpolation.Bicubic)
            kind += string.Create(CultureInfo.InvariantCulture, $", bicubic from {preprocessing.ResizeTo}");
        if (!backbone.WeightsVerified)
            kind += ", weights unverified";
        return backbone.PreprocessingVerified ? kind : kind + ", unverified";
    }

    private static string Short(long? number) => number switch
    {
        null => "–",
        >= 1_000_000_000 and var n => string.Create(CultureInfo.InvariantCulture, $"{n / 1e9:F1} G"),
        { } n => string.Create(CultureInfo.InvariantCulture, $"{n / 1e6:F1} M"),
    };

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");
}

using TransferLearning.Tests.TestSupport;

[assembly: AssemblyFixture(typeof(DrawnExample))]

namespace TransferLearning.Tests.TestSupport;

/// <summary>
/// A drawn data set and a classifier trained on it with the embedded backbone. Made when first asked for, shared by all tests of a run, and
/// removed at its end: tests may read the files but not change them.
/// </summary>
public sealed class DrawnExample : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<ImageDataset> _dataset;
    private readonly Lazy<Task<ImageClassifier>> _classifier;
    private readonly Lazy<Task<string>> _model;

    public DrawnExample()
    {
        _dataset = new(() =>
        {
            DrawnImages.Draw(_folder.File("shapes"), perClass: 24, seed: 1);
            return ImageDataset.FromFolder(
                _folder.File("shapes"), new ImageFolderOptions { ValidationFraction = 0.25, TestFraction = 0.25 });
        });
        _classifier = new(() => TransferLearner.From(Backbones.TinyResNet).FeatureExtraction().FitAsync(Dataset));
        _model = new(async () =>
        {
            (await ClassifierAsync()).Save(_folder.File("shapes.onnx"));
            return _folder.File("shapes.onnx");
        });
    }

    /// <summary>72 images: 36 to train, 18 to validate, 18 to test.</summary>
    public ImageDataset Dataset => _dataset.Value;

    /// <summary>The folder of the images, one sub-folder for each class.</summary>
    public string Images => Path.GetDirectoryName(Path.GetDirectoryName(Dataset.Train[0].Path))!;

    /// <summary>The classifier as it was trained; not to be disposed.</summary>
    public Task<ImageClassifier> ClassifierAsync() => _classifier.Value;

    /// <summary>The file of the classifier.</summary>
    public Task<string> ModelAsync() => _model.Value;

    public void Dispose()
    {
        if (_classifier is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            _classifier.Value.Result.Dispose();
        _folder.Dispose();
    }
}

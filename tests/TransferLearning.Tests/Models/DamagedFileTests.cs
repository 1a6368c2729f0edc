using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Models;

/// <summary>Files that are no finished classifier are refused with what is wrong and what helps.</summary>
public sealed class DamagedFileTests(DrawnExample example)
{
    [Fact]
    public async Task A_file_cut_off_anywhere_is_refused()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = await File.ReadAllBytesAsync(await example.ModelAsync());
        for (int sixteenth = 0; sixteenth < 16; sixteenth++)
        {
            string path = folder.File($"cut-{sixteenth}.onnx");
            await File.WriteAllBytesAsync(path, whole[..(whole.Length * sixteenth / 16)]);
            var error = Assert.Throws<OnnxGraphException>(() => ImageClassifier.Load(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_last_kilobytes_hold_the_metadata_and_cannot_be_missing_either()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = await File.ReadAllBytesAsync(await example.ModelAsync());
        for (int missing = 1; missing < 4000; missing += 97)
        {
            string path = folder.File("cut.onnx");
            await File.WriteAllBytesAsync(path, whole[..^missing]);
            try
            {
                // A cut between two entries leaves a sound file that lacks the last of them: only the story of the training may be missing.
                using var classifier = ImageClassifier.Load(path);
                Assert.Equal(DrawnImages.Classes, classifier.Labels);
                Assert.Null(classifier.Training);
            }
            catch (OnnxGraphException error)
            {
                Assert.Contains(path, error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_later_format_version_asks_for_an_update()
    {
        using var folder = new TemporaryFolder();
        string path = await SaveWithAsync(folder, "format_version", "2");
        var error = Assert.Throws<OnnxGraphException>(() => ImageClassifier.Load(path));
        Assert.Equal(
            $"'{path}' is of format version 2, and this library reads up to 1: update the package TransferLearning.", error.Message);
    }

    [Theory]
    [InlineData("format_version", "one")]
    [InlineData("format_version", "-1")]
    [InlineData("training", "{")]
    [InlineData("training", "{\"scenario\":3}")]
    [InlineData("labels", "[\"a\",")]
    [InlineData("labels", "[\"a\",null,\"c\"]")]
    [InlineData("labels", "null")]
    [InlineData("preprocessing", "{\"width\":\"wide\"}")]
    [InlineData("preprocessing", "{}")]
    public async Task Malformed_metadata_are_named_by_file_and_key(string key, string value)
    {
        using var folder = new TemporaryFolder();
        string path = await SaveWithAsync(folder, key, value);
        var error = Assert.Throws<OnnxGraphException>(() => ImageClassifier.Load(path));
        Assert.Contains($"'transferlearning.{key}' of '{path}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[\"a\",\"b\"]")]
    [InlineData("[\"a\",\"b\",\"c\",\"d\"]")]
    [InlineData("[]")]
    public async Task Labels_that_are_not_as_many_as_the_scores_are_refused(string labels)
    {
        using var folder = new TemporaryFolder();
        string path = await SaveWithAsync(folder, "labels", labels);
        var error = Assert.Throws<OnnxGraphException>(() => ImageClassifier.Load(path));
        Assert.Contains("one for each class", error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backbone_is_not_a_finished_classifier_and_the_message_says_what_to_call()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("backbone.onnx");
        var model = Backbones.TinyResNet.Local!();
        model.Save(path);
        var error = Assert.Throws<OnnxGraphException>(() => ImageClassifier.Load(path));
        Assert.Contains("TransferLearner.From(Backbone.FromFile(path)).Classifier()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        string path = await example.ModelAsync() + ".missing";
        Assert.Contains(path, Assert.Throws<FileNotFoundException>(() => ImageClassifier.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preprocessing_of_another_size_is_refused_at_the_first_prediction_at_the_latest()
    {
        using var folder = new TemporaryFolder();
        string other = example.Dataset.Test[0].Path;
        string path = await SaveWithAsync(folder, "preprocessing", ImagePreprocessing.ImageNet(64).ToJson());
        var error = Assert.Throws<OnnxGraphException>(() =>
        {
            using var classifier = ImageClassifier.Load(path);
            classifier.Predict(other);
        });
        Assert.Contains("64", error.Message, StringComparison.Ordinal);
        Assert.Contains("96", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_that_are_not_numbers_give_an_error_and_no_answer()
    {
        using var folder = new TemporaryFolder();
        var model = OnnxModel.Load(await example.ModelAsync());
        model.WithInitializers(new Dictionary<string, ReadOnlyMemory<float>> { ["head/bias"] = new[] { 0, float.NaN, 0 } }).Save(
            folder.File("nan.onnx"));
        using var classifier = ImageClassifier.Load(folder.File("nan.onnx"));
        var error = Assert.Throws<OnnxGraphException>(() => classifier.Predict(example.Dataset.Test[0].Path));
        Assert.Contains("weights are damaged", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<OnnxGraphException>(() => classifier.PredictAsync(example.Dataset.Test.Paths));
        await Assert.ThrowsAsync<OnnxGraphException>(() => classifier.EvaluateAsync(example.Dataset.Test));
    }

    [Fact]
    public async Task A_save_that_fails_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var classifier = await example.ClassifierAsync();
        classifier.Save(folder.File("model.onnx"));
        byte[] before = await File.ReadAllBytesAsync(folder.File("model.onnx"));

        Assert.ThrowsAny<IOException>(() => classifier.Save(folder.File("missing/model.onnx")));
        Assert.ThrowsAny<IOException>(() => classifier.Save(folder.File("model.onnx/model.onnx")));
        Directory.CreateDirectory(folder.File("taken"));
        Exception error = Assert.ThrowsAny<Exception>(() => classifier.Save(folder.File("taken")));
        Assert.True(error is IOException or UnauthorizedAccessException, error.GetType().Name);

        Assert.Equal(before, await File.ReadAllBytesAsync(folder.File("model.onnx")));
        Assert.Equal(
            ["model.onnx", "taken"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private async Task<string> SaveWithAsync(TemporaryFolder folder, string key, string value)
    {
        string path = folder.File("changed.onnx");
        OnnxModel.Load(await example.ModelAsync()).WithMetadata([new("transferlearning." + key, value)]).Save(path);
        return path;
    }
}

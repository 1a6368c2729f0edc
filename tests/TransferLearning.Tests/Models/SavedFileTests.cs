using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Models;

/// <summary>One file says everything: what any ONNX runtime needs for labels, and what this library needs to load it again.</summary>
public sealed class SavedFileTests(DrawnExample example)
{
    [Fact]
    public async Task A_loaded_classifier_gives_the_same_probabilities_and_knows_the_same_of_itself()
    {
        var trained = await example.ClassifierAsync();
        using var loaded = ImageClassifier.Load(await example.ModelAsync());
        Assert.Equal(DrawnImages.Classes, loaded.Labels);
        Assert.Equal(trained.Preprocessing, loaded.Preprocessing);
        Assert.Equal(JsonSerializer.Serialize(trained.Training), JsonSerializer.Serialize(loaded.Training));
        foreach (var image in example.Dataset.Test)
            Assert.Equal(trained.Predict(image.Path).Probabilities, loaded.Predict(image.Path).Probabilities);
    }

    [Fact]
    public async Task A_classifier_in_memory_is_the_one_of_the_file()
    {
        byte[] bytes = await File.ReadAllBytesAsync(await example.ModelAsync(), TestContext.Current.CancellationToken);
        using var loaded = ImageClassifier.Load(await example.ModelAsync());
        using var parsed = ImageClassifier.FromOnnx(OnnxModel.Parse(bytes));
        Assert.Equal(loaded.Labels, parsed.Labels);
        Assert.Equal(JsonSerializer.Serialize(loaded.Training), JsonSerializer.Serialize(parsed.Training));
        foreach (var image in example.Dataset.Test.Take(3))
            Assert.Equal(loaded.Predict(image.Path).Probabilities, parsed.Predict(image.Path).Probabilities);

        var error = Assert.Throws<OnnxGraphException>(() => ImageClassifier.FromOnnx(Backbones.TinyResNet.Local!()));
        Assert.Contains("not a finished classifier", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Saving_a_loaded_classifier_writes_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        using var loaded = ImageClassifier.Load(await example.ModelAsync());
        loaded.Save(folder.File("again.onnx"));
        Assert.Equal(await File.ReadAllBytesAsync(await example.ModelAsync()), await File.ReadAllBytesAsync(folder.File("again.onnx")));
        Assert.Equal("again.onnx", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(folder.Path))));
    }

    [Fact]
    public async Task A_stream_has_the_content_of_the_file_in_both_directions()
    {
        byte[] file = await File.ReadAllBytesAsync(await example.ModelAsync());
        using var stream = new MemoryStream(file);
        using var loaded = ImageClassifier.Load(stream);
        stream.Position = 0;
        using var later = await ImageClassifier.LoadAsync(stream);
        using var fromFile = await ImageClassifier.LoadAsync(await example.ModelAsync());
        using var written = new MemoryStream();
        loaded.Save(written);
        Assert.Equal(file, written.ToArray());
        written.SetLength(0);
        await later.SaveAsync(written);
        Assert.Equal(file, written.ToArray());
        using var folder = new TemporaryFolder();
        await fromFile.SaveAsync(folder.File("again.onnx"));
        Assert.Equal(file, await File.ReadAllBytesAsync(folder.File("again.onnx")));

        using var text = new MemoryStream("no model"u8.ToArray());
        Assert.Contains("stream", Assert.Throws<OnnxGraphException>(() => ImageClassifier.Load(text)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FileNotFoundException>(() => ImageClassifier.LoadAsync(folder.File("missing.onnx")));
    }

    [Fact]
    public async Task Any_runtime_gets_probabilities_and_label_names_from_the_file()
    {
        var classifier = await example.ClassifierAsync();
        using var session = new InferenceSession(await example.ModelAsync());
        Assert.Equal(["input"], session.InputNames);
        Assert.Equal(["Score", "PredictedLabel"], session.OutputNames);
        Assert.Equal([-1, 3, 96, 96], session.InputMetadata["input"].Dimensions);
        Assert.Equal([-1, 3], session.OutputMetadata["Score"].Dimensions);
        Assert.Equal([-1], session.OutputMetadata["PredictedLabel"].Dimensions);

        var images = example.Dataset.Test;
        var preprocessor = new ImagePreprocessor(classifier.Preprocessing);
        float[] pixels = new float[images.Count * preprocessor.TensorLength];
        for (int i = 0; i < images.Count; i++)
            preprocessor.Load(images[i].Path, pixels.AsSpan(i * preprocessor.TensorLength, preprocessor.TensorLength));
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [images.Count, 3, 96, 96]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["input"], [input], session.OutputNames);
        float[] scores = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        string[] labels = outputs[1].GetStringTensorAsArray();

        Assert.Equal(images.Count, labels.Length);
        for (int i = 0; i < images.Count; i++)
        {
            var prediction = classifier.Predict(images[i].Path);
            float[] row = scores[(i * 3)..((i + 1) * 3)];
            Assert.Equal(prediction.Label, labels[i]);
            Assert.Equal(row.Max(), row[prediction.LabelIndex]);
            Assert.Equal(1, row.Sum(), 1e-5);
            for (int c = 0; c < 3; c++)
                Assert.Equal(prediction.Probabilities[c], row[c], 1e-5);
        }
    }

    [Fact]
    public async Task The_metadata_say_where_the_classifier_comes_from_and_nothing_of_the_backbones_own_classes()
    {
        var metadata = OnnxModel.Load(await example.ModelAsync()).Metadata;
        Assert.Equal(
            ["format_version", "labels", "license", "origin", "preprocessing", "title", "training"],
            metadata.Keys.Select(key => key.Replace("transferlearning.", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal("1", metadata["transferlearning.format_version"]);
        Assert.Equal("MIT", metadata["transferlearning.license"]);
        Assert.Equal(DrawnImages.Classes, JsonSerializer.Deserialize<string[]>(metadata["transferlearning.labels"])!);
        Assert.Contains("yıldız İ ★", metadata["transferlearning.labels"], StringComparison.Ordinal);

        using var preprocessing = JsonDocument.Parse(metadata["transferlearning.preprocessing"]);
        Assert.Equal(96, preprocessing.RootElement.GetProperty("width").GetInt32());
        Assert.Equal("RGB", preprocessing.RootElement.GetProperty("channelOrder").GetString());
        Assert.Equal("NCHW", preprocessing.RootElement.GetProperty("layout").GetString());

        using var training = JsonDocument.Parse(metadata["transferlearning.training"]);
        Assert.Equal("feature-extraction", training.RootElement.GetProperty("scenario").GetString());
        Assert.Equal(36, training.RootElement.GetProperty("trainingImages").GetInt32());
        Assert.Equal(18, training.RootElement.GetProperty("validationImages").GetInt32());
        using var loaded = ImageClassifier.Load(await example.ModelAsync());
        Assert.Empty(loaded.Synsets);
    }

    [Fact]
    public async Task The_hash_of_the_training_data_can_be_computed_from_the_files()
    {
        var lines = example.Dataset.Train
            .Select(
                image => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(image.Path)))} {DrawnImages.Classes[image.Label]}\n")
            .Order(StringComparer.Ordinal);
        string expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
        using var loaded = ImageClassifier.Load(await example.ModelAsync());
        Assert.Equal(expected, loaded.Training!.DataHash);
        using var training = JsonDocument.Parse(OnnxModel.Load(await example.ModelAsync()).Metadata["transferlearning.training"]);
        Assert.Equal(expected, training.RootElement.GetProperty("dataHash").GetString());
        Assert.Equal("Auto", training.RootElement.GetProperty("options").GetProperty("Pooling").GetString());
        Assert.InRange(
            training.RootElement.GetProperty("trained").GetDateTimeOffset(),
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task The_hash_is_of_the_images_that_were_used_and_does_not_depend_on_their_names()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.File("a"), perClass: 4, seed: 3);
        DrawnImages.Draw(folder.File("b"), perClass: 4, seed: 3);
        foreach (string file in Directory.GetFiles(folder.File("b"), "*", SearchOption.AllDirectories))
            File.Move(
                file,
                Path.Combine(
                    Path.GetDirectoryName(file)!,
                    $"renamed {9 - int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture)}.jpg"));
        string hash = await HashAsync("a");
        Assert.Equal(hash, await HashAsync("b"));

        // An image that was cut off since the listing has no part in it.
        File.Delete(Directory.GetFiles(Path.Combine(folder.File("a"), DrawnImages.Classes[0]))[0]);
        string shorter = await HashAsync("a");
        Assert.NotEqual(hash, shorter);
        var dataset = ImageDataset.FromFolder(folder.File("b"), new ImageFolderOptions { ValidationFraction = 0 });
        string spoilt = Path.Combine(folder.File("b"), DrawnImages.Classes[0], "renamed 9.jpg");
        await File.WriteAllBytesAsync(spoilt, (await File.ReadAllBytesAsync(spoilt))[..300]);
        using var classifier = await TransferLearner.From(Backbones.TinyResNet)
            .FeatureExtraction(new() { Undecodable = UndecodableImages.Skip })
            .FitAsync(dataset);
        Assert.Single(classifier.Training!.SkippedImages);
        Assert.Equal(shorter, classifier.Training.DataHash);

        async Task<string> HashAsync(string name)
        {
            var images = ImageDataset.FromFolder(folder.File(name), new ImageFolderOptions { ValidationFraction = 0 });
            using var trained = await TransferLearner.From(Backbones.TinyResNet).FeatureExtraction().FitAsync(images);
            return trained.Training!.DataHash!;
        }
    }

    [Fact]
    public async Task A_file_that_does_not_say_how_it_was_trained_in_every_detail_is_read_and_reported()
    {
        using var folder = new TemporaryFolder();
        const string key = "transferlearning.training";
        var model = OnnxModel.Load(await example.ModelAsync());
        var training = JsonNode.Parse(model.Metadata[key])!.AsObject();
        foreach (string name in new[] { "dataHash", "options", "trained", "versions" })
            Assert.True(training.Remove(name));
        model.WithMetadata([new(key, training.ToJsonString())]).Save(folder.File("older.onnx"));
        using var loaded = ImageClassifier.Load(folder.File("older.onnx"));
        Assert.Equal((null, null, null), (loaded.Training!.DataHash, loaded.Training.Trained, loaded.Training.Versions));
        Assert.Empty(loaded.Training.Options);
        await HtmlReport.WriteAsync(folder.File("report.html"), await loaded.EvaluateAsync(example.Dataset.Test), loaded);
        Assert.DoesNotContain(
            "SHA-256 of the training data", await File.ReadAllTextAsync(folder.File("report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_summary_shows_the_head_with_the_shape_of_its_scores()
    {
        using var loaded = ImageClassifier.Load(await example.ModelAsync());
        var summary = loaded.Summarize();
        var head = summary.Rows[^1];
        Assert.Equal(("head/logits", "Dense", 3 * 513), (head.Name, head.Kind, head.Parameters));
        Assert.Equal([null, 3], head.OutputShape);
        Assert.Contains("(None, 3)", summary.ToString(), StringComparison.Ordinal);
        Assert.All(summary.Rows, row => Assert.True(row.OutputShape.Count > 1, row.Name));
    }

    [Fact]
    public async Task A_saved_classifier_is_a_backbone_for_other_classes()
    {
        using var folder = new TemporaryFolder();
        foreach (var image in example.Dataset.Train.Take(12).Concat(example.Dataset.Train.TakeLast(12)))
        {
            string target = Directory.CreateDirectory(folder.File(image.Label == 0 ? "round" : "not round")).FullName;
            File.Copy(image.Path, Path.Combine(target, FormattableString.Invariant($"{image.Label}-{Path.GetFileName(image.Path)}")));
        }

        using var again = await TransferLearner.From(Backbone.FromFile(await example.ModelAsync())).FeatureExtraction()
            .FitAsync(ImageDataset.FromFolder(folder.Path));
        Assert.Equal(["not round", "round"], again.Labels);
        Assert.Equal(["Score", "PredictedLabel"], again.ToOnnx().Outputs.Select(output => output.Name));
        Assert.Equal("round", again.Predict(example.Dataset.Train[0].Path).Label);
        Assert.Equal(again.Labels, JsonSerializer.Deserialize<string[]>(again.ToOnnx().Metadata["transferlearning.labels"])!);
        Assert.Equal(2 * 513, again.Summarize().Rows[^1].Parameters);
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    public async Task The_culture_changes_no_byte_and_no_message(string culture)
    {
        using var folder = new TemporaryFolder();
        var previous = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        string text;
        string prediction;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(culture);
            using var loaded = ImageClassifier.Load(await example.ModelAsync());
            loaded.Save(folder.File("model.onnx"));
            text = loaded.Summarize().ToString();
            prediction = loaded.Predict(example.Dataset.Test[0].Path).ToString();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = previous;
        }

        var classifier = await example.ClassifierAsync();
        Assert.Equal(await File.ReadAllBytesAsync(await example.ModelAsync()), await File.ReadAllBytesAsync(folder.File("model.onnx")));
        Assert.Equal(classifier.Summarize().ToString(), text);
        Assert.Equal(classifier.Predict(example.Dataset.Test[0].Path).ToString(), prediction);
        Assert.Matches(@"^circle \(\d+\.\d%\)$", prediction);
    }
}

using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Imaging;

/// <summary>
/// The policy: each operation works as documented, more at higher magnitudes and not at all at 0, the same on any number of threads.
/// </summary>
public sealed class RandAugmentTests(DrawnExample example)
{
    private const int Side = 64;

    private static readonly ImagePreprocessing Target = new() { Width = Side, Height = Side, Resize = ImageResizeMode.Squash };
    private static readonly byte[] Image = DrawnImages.Encode(label: 2, seed: 5, side: 160);

    public static TheoryData<RandAugmentOperation> Operations => [.. Enum.GetValues<RandAugmentOperation>()];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operations_do_nothing_at_magnitude_0_and_more_at_higher_ones(RandAugmentOperation operation)
    {
        foreach (int sign in new[] { -1, 1 })
        {
            double[] changes = [.. Enumerable.Range(0, 11).Select(tenth => Change(new PolicyStep(operation, tenth / 10.0, sign)))];
            Assert.Equal(0, changes[0]);
            if (operation == RandAugmentOperation.Identity)
            {
                Assert.Equal(0, changes[^1]);
                continue;
            }

            Assert.True(changes[^1] > 1, $"{operation} changes levels by {changes[^1]:F2} on average");
            Assert.All(changes.Zip(changes.Skip(1)), pair => Assert.True(pair.First <= pair.Second + 1e-6, $"{operation}: " +
                $"{string.Join(' ', changes)}"));
        }
    }

    [Fact]
    public void Operations_change_levels_as_documented()
    {
        float[] levels = [0, 100, 110, 200, 255];
        Assert.Equal([0, 96, 96, 192, 240], Changed(levels, RandAugmentOperation.Posterize, 1));
        Assert.Equal([0, 100, 108, 200, 252], Changed(levels, RandAugmentOperation.Posterize, 0.5));
        Assert.Equal([0, 100, 110, 55, 0], Changed(levels, RandAugmentOperation.Solarize, 0.5));
        Assert.Equal([0, 63.75f, 127.5f, 191.25f, 255], Changed(levels, RandAugmentOperation.Equalize, 1));
        Assert.Equal([0, 127.5f, 255, 63.75f, 31.875f], Changed([50, 100, 150, 75, 62.5f], RandAugmentOperation.AutoContrast, 1));
        Assert.Equal([25, 113.75f, 202.5f, 69.375f, 47.1875f], Changed([50, 100, 150, 75, 62.5f], RandAugmentOperation.AutoContrast, 0.5));
    }

    [Fact]
    public void A_uniform_image_is_unchanged_by_stretching_and_sharpening()
    {
        float[] grey = [.. Enumerable.Repeat(90f, 9)];
        foreach (var operation in new[] { RandAugmentOperation.AutoContrast, RandAugmentOperation.Equalize, RandAugmentOperation.Contrast })
            Assert.Equal(grey, Changed(grey, operation, 1), (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal(grey, Changed(grey, RandAugmentOperation.Sharpness, 1, width: 3), (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal(177.7f, Changed([100, 100, 100, 100, 150, 100, 100, 100, 100], RandAugmentOperation.Sharpness, 1, width: 3)[4], 0.5f);
    }

    [Fact]
    public void The_requested_number_of_operations_is_drawn_from_the_list()
    {
        var policy =
            new RandAugment { Count = 3, Magnitude = 15, Operations = [RandAugmentOperation.Rotate, RandAugmentOperation.Solarize] };
        var steps = Enumerable.Range(0, 200)
            .Select(view => new AugmentedView(ImageAugmentation.None with { Policy = policy }, 1, 0, view).DrawNumbers().Policy).ToArray();
        Assert.All(steps, drawn => Assert.Equal(3, drawn.Length));
        var all = steps.SelectMany(drawn => drawn).ToArray();
        Assert.All(all, step => Assert.Equal(0.5, step.Strength));
        Assert.InRange(all.Count(step => step.Operation == RandAugmentOperation.Rotate), 240, 360);
        Assert.InRange(all.Count(step => step.Sign == 1), 240, 360);
        Assert.Equal(2, all.Select(step => step.Operation).Distinct().Count());
    }

    [Fact]
    public async Task The_features_of_views_are_the_same_bytes_on_one_thread_and_on_four()
    {
        var augmentation = new ImageAugmentation { HorizontalFlip = true, Erasing = 0.5, Hue = 20, Policy = new RandAugment() };
        ImageSource[] views =
        [
            .. example.Dataset.Train.Take(12).SelectMany((decoded, image) => Enumerable.Range(1, 2)
                .Select(view => ImageSource.FromFile(decoded.Path) with { View = new AugmentedView(augmentation, 3, image, view) })),
        ];
        float[] one = await FeaturesAsync(1), four = await FeaturesAsync(4);
        Assert.Equal(one, four);

        async Task<float[]> FeaturesAsync(int threads)
        {
            var backbone = Backbones.TinyResNet;
            using var extractor = new FeatureExtractor(
                backbone.Local!().WithoutTop(), backbone.Preprocessing, new ExecutionOptions { Threads = threads, BatchSize = 2 });
            return (await extractor.ExtractAsync(views, UndecodableImages.Throw)).Features.Values.ToArray();
        }
    }

    /// <summary>By how many levels a number of the image changes on average.</summary>
    private static double Change(PolicyStep step)
    {
        float[] before = new float[Target.TensorLength];
        new ImagePreprocessor(Target).Load(Image, before);
        using var image = new LevelPlanes(before, Target);
        PolicyOperations.Apply(image, step, AugmentationFill.Mean, (0, 0, 0));
        float[] after = new float[before.Length];
        image.WriteTo(after, Target);
        Assert.All(after, level => Assert.InRange(level, -1e-3f, 255.001f));
        return before.Zip(after, (a, b) => Math.Abs(a - b)).Average();
    }

    private static float[] Changed(float[] levels, RandAugmentOperation operation, double strength, int width = 1)
    {
        var target = new ImagePreprocessing { Width = width, Height = levels.Length / width };
        using var image = new LevelPlanes([.. levels, .. levels, .. levels], target);
        PolicyOperations.Apply(image, new PolicyStep(operation, strength, 1), AugmentationFill.Edge, (0, 0, 0));
        return image.Plane(1).ToArray();
    }
}

namespace TransferLearning.Tests.Training;

public sealed class TrainingOptionsTests
{
    [Fact]
    public void The_defaults_are_valid()
    {
        new FineTuningOptions().Validate(classCount: 2, hasValidation: false);
        new MlpHeadOptions().Validate(classCount: 2, hasValidation: false);
    }

    [Fact]
    public void Every_violation_is_listed_in_one_message()
    {
        var options = new FineTuningOptions
        {
            Epochs = 0,
            BatchSize = -1,
            LearningRate = double.NaN,
            LabelSmoothing = 1,
            Mixup = 2,
            CutMix = double.NaN,
            ClassWeights = [1, -1, 3],
            BalanceClasses = true,
            GradientClipping = 0,
            CheckpointEverySteps = 0,
            AdaptiveClipping = 0,
            HoldOut = 0,
            BackboneRate = 0,
            LayerDecay = 1.5,
            Optimizer = new AdamWOptions { Beta1 = 1, Epsilon = 0 },
            EarlyStopping = new EarlyStopping { Patience = 0 },
            ReduceOnPlateau = new ReduceOnPlateau { Factor = 1 },
        };
        string message = Assert.Throws<ArgumentException>(() => options.Validate(classCount: 2, hasValidation: false)).Message;

        string[] named =
        [
            "Epochs is 0; it must be 1 or more",
            "BatchSize is -1; it must be 1 or more", "LearningRate is NaN; it must be above 0", "LabelSmoothing",
            "Mixup",
            "CutMix is NaN; it must be in [0, 1]",
            "ClassWeights.Count is 3; it must be 2 weights", "ClassWeights is -1; it must be above 0",
            "exclude each other",
            "GradientClipping", "AdaptiveClipping", "CheckpointEverySteps", "BackboneRate", "LayerDecay",
            "Optimizer.Beta1", "Optimizer.Epsilon",
            "EarlyStopping.Patience", "no validation images", "ReduceOnPlateau.Factor",
        ];
        Assert.All(named, text => Assert.Contains(text, message, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_left_open_follows_the_number_of_images()
    {
        var options = new FineTuningOptions();
        Assert.Equal([20, 20, 10, 3, 3], new[] { 2, 500, 1000, 4000, 100_000 }.Select(options.EpochsFor));
        Assert.Equal([8, 8, 16, 32, 32], new[] { 2, 60, 120, 256, 100_000 }.Select(options.BatchSizeFor));
        Assert.Equal(7, (options with { Epochs = 7 }).EpochsFor(100));
        Assert.Equal(5, (options with { BatchSize = 5 }).BatchSizeFor(100));
        var stopping = options with { EarlyStopping = new EarlyStopping { Patience = 2 } };
        stopping.Validate(2, hasValidation: false);
        Assert.Throws<ArgumentException>(() => (stopping with { HoldOut = 0 }).Validate(2, hasValidation: false));
        (options with { HoldOut = 0 }).Validate(2, hasValidation: false);
    }

    [Fact]
    public void Default_options_are_equal_and_lists_are_compared_by_content()
    {
        Assert.Equal(new FineTuningOptions(), new FineTuningOptions());
        Assert.Equal(new ScratchOptions(), new ScratchOptions());
        Assert.Equal(new FeatureExtractionOptions { Mlp = new() }, new FeatureExtractionOptions { Mlp = new() });
        Assert.Equal(new TransferAdvisorOptions(), new TransferAdvisorOptions());
        Assert.Equal(new ExecutionOptions(), new ExecutionOptions());
        var weighted = new FineTuningOptions { ClassWeights = [1, 2], Head = new() { RegularizationStrengths = [0.1, 1] } };
        Assert.Equal(weighted, new FineTuningOptions { ClassWeights = [1, 2], Head = new() { RegularizationStrengths = [0.1, 1] } });
        Assert.NotEqual(weighted, weighted with { ClassWeights = [2, 1] });
        Assert.NotEqual(weighted, weighted with { Freeze = FreezePoint.Fraction(0.751) });
    }

    [Fact]
    public void Lists_in_options_are_copied()
    {
        double[] weights = [1, 2];
        var options = new FineTuningOptions { ClassWeights = weights };
        weights[0] = 5;
        Assert.Equal([1, 2], options.ClassWeights);
    }

    [Fact]
    public void The_head_has_limits_of_its_own()
    {
        var options = new MlpHeadOptions { Units = 0, Dropout = 1, BatchSize = 1, CutMix = 0.5 };
        string message = Assert.Throws<ArgumentException>(() => options.Validate(2, false)).Message;
        Assert.All(
            new[] { "Units", "Dropout", "BatchSize", "CutMix must be 0" },
            text => Assert.Contains(text, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_that_decides_the_weights_is_described_the_same_in_every_culture()
    {
        var culture = System.Globalization.CultureInfo.CurrentCulture;
        var options = new FineTuningOptions { LearningRate = 0.125, ClassWeights = [0.5, 1.5] };
        string here = string.Join('\n', options.Describe());
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = new System.Globalization.CultureInfo("de-DE");
            Assert.Equal(here, string.Join('\n', options.Describe()));
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = culture;
        }

        // Where checkpoints go, how often, on how many threads, and what ends a run early does not decide the weights on the way; the head
        // and the images are compared themselves.
        string[] undecisive =
        [
            nameof(TrainingOptions.CheckpointFolder), nameof(TrainingOptions.CheckpointEverySteps), nameof(TrainingOptions.Execution),
            nameof(TrainingOptions.KeepBestWhenCancelled), nameof(TrainingOptions.Race), nameof(TrainingOptions.ResumeChanges),
            nameof(FineTuningOptions.Head), nameof(FineTuningOptions.Undecodable),
        ];
        Assert.Equal(
            options.Describe().Select(entry => entry.Key).Concat([nameof(FineTuningOptions.Head), nameof(FineTuningOptions.Undecodable)]),
            options.Settings().Select(entry => entry.Key));
        var properties = typeof(
            FineTuningOptions).GetProperties().Select(property => property.Name).Where(name => name != "EqualityContract");
        Assert.Equal(properties.Except(undecisive).Order(), options.Describe().Select(entry => entry.Key).Order());
    }
}

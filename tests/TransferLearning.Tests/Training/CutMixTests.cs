namespace TransferLearning.Tests.Training;

/// <summary>CutMix: a rectangle of one example over another, and classes that count by the area that shows them.</summary>
public sealed class CutMixTests
{
    /// <summary>The tiny network's activations at its cut are 6 maps of 6 × 6.</summary>
    private const int Channels = 6, Side = 6, Length = Channels * Side * Side;

    [Fact]
    public void Classes_count_exactly_by_the_area_that_shows_them()
    {
        // Every example is one number all over, so that each place says which example it is from.
        var examples = Numbered(32);
        var options = TinyNetwork.Options with { BatchSize = 32, CutMix = 1 };
        using var runner = new StepRunner(TinyNetwork.Trainable(), examples, options);
        int mixed = 0;
        for (int epoch = 0; epoch < 20; epoch++)
        {
            runner.BeginEpoch(epoch);
            runner.Run(epoch, 0, 0);
            for (int i = 0; i < 32; i++)
            {
                float[] input = runner.Session.Batch.Input.Slice(i * Length, Length).ToArray();
                float[] expected = new float[TinyNetwork.Classes];
                foreach (float place in input.Take(Side * Side))
                    expected[examples.Labels[(int)place]] += 1f / (Side * Side) / 32;
                float[] targets = runner.Session.Batch.Targets.Slice(i * TinyNetwork.Classes, TinyNetwork.Classes).ToArray();
                for (int c = 0; c < TinyNetwork.Classes; c++)
                    Assert.Equal(expected[c], targets[c], 1e-7f);

                // All channels of a place are from the same example, and the foreign places are a rectangle of at most about a half.
                Assert.All(input.Chunk(Side * Side), plane => Assert.Equal(input[..(Side * Side)], plane));
                float[] seen = [.. input.Distinct()];
                Assert.InRange(seen.Length, 1, 2);
                mixed += seen.Length - 1;
                if (seen.Length == 2)
                    Assert.Contains(seen, number => IsRectangle(input, number));
            }
        }

        Assert.InRange(mixed, 320, 640);
    }

    [Fact]
    public void With_mixup_too_each_example_draws_one_of_the_two()
    {
        var examples = Numbered(32);
        using var runner = new StepRunner(
            TinyNetwork.Trainable(), examples, TinyNetwork.Options with { BatchSize = 32, CutMix = 1, Mixup = 1 });
        runner.BeginEpoch(0);
        runner.Run(0, 0, 0);
        int pasted = 0, blended = 0;
        for (int i = 0; i < 32; i++)
        {
            float[] seen = [.. runner.Session.Batch.Input.Slice(i * Length, Length).ToArray().Distinct()];
            pasted += seen.Length == 2 ? 1 : 0;
            blended += seen.Length == 1 && seen[0] != Math.Round(seen[0]) ? 1 : 0;
        }

        Assert.InRange(pasted, 5, 25);
        Assert.InRange(blended, 5, 25);
        Assert.Equal(1, runner.Session.Batch.Targets.ToArray().Sum(), 1e-5);
    }

    [Fact]
    public void A_rectangle_lies_within_the_map_and_is_cut_off_at_its_edges()
    {
        var map = ActivationMap.At("cut", [1, 3, 40, 60], isInput: false);
        var random = new SeededRandom(1, RandomPurpose.CutMix);
        int whole = 0;
        for (int i = 0; i < 1000; i++)
        {
            var box = map.DrawBox(ref random, 0.25);
            Assert.True(box is { Left: >= 0, Top: >= 0, Right: <= 60, Bottom: <= 40 } && box.Area >= 0, box.ToString());
            Assert.InRange(box.Area, 0, 20 * 30);
            Assert.Equal(1 - (box.Area / 2400.0), map.ShareOutside(box), 1e-6);
            whole += box.Area == 20 * 30 ? 1 : 0;
        }

        Assert.InRange(whole, 150, 350);
        Assert.Equal(0, map.DrawBox(ref random, 0).Area);
    }

    [Fact]
    public void Images_may_have_their_channels_last()
    {
        var map = ActivationMap.At("input", [1, 4, 5, 3], isInput: true);
        Assert.Equal((4, 5), (map.Height, map.Width));
        float[] to = new float[60];
        map.Copy([.. Enumerable.Range(1, 60).Select(i => (float)i)], to, new MapBox(1, 2, 3, 4));
        int[] copied = [.. Enumerable.Range(0, 60).Where(i => to[i] != 0)];
        Assert.Equal([33, 34, 35, 36, 37, 38, 48, 49, 50, 51, 52, 53], copied);

        // Within a network, maps that are 3 wide are maps all the same.
        map = ActivationMap.At("stage", [1, 96, 3, 3], isInput: false);
        Assert.Equal((3, 3), (map.Height, map.Width));
    }

    [Theory]
    [InlineData(1L, 512L)]
    [InlineData(1L, 197L, 384L)]
    [InlineData(1L, 512L, 1L, 1L)]
    public void Without_height_and_width_it_is_refused_with_what_to_do(params long[] shape)
    {
        string message = Assert.Throws<ArgumentException>(() => ActivationMap.At("tokens", shape, isInput: false)).Message;
        Assert.Contains("'tokens'", message, StringComparison.Ordinal);
        Assert.Contains("choose an earlier freeze point, or set CutMix to 0", message, StringComparison.Ordinal);
    }

    private static TrainingExamples Numbered(int count)
    {
        var features = new FeatureMatrix(count, Length);
        for (int i = 0; i < count; i++)
            features.RowForWriting(i).Fill(i);
        return new TrainingExamples(features, [.. Enumerable.Range(0, count).Select(i => i % TinyNetwork.Classes)]);
    }

    private static bool IsRectangle(float[] map, float number)
    {
        int[] places = [.. Enumerable.Range(0, Side * Side).Where(place => map[place] == number)];
        int[] columns = [.. places.Select(place => place % Side).Distinct()];
        int[] rows = [.. places.Select(place => place / Side).Distinct()];
        return columns.Length * rows.Length == places.Length
            && columns.Max() - columns.Min() < columns.Length
            && rows.Max() - rows.Min() < rows.Length;
    }
}

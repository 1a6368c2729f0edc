namespace TransferLearning.Tests.Training;

public sealed class ParameterStoreTests
{
    [Fact]
    public void Neighbours_with_equal_settings_are_one_group()
    {
        using var store = new ParameterStore(
            [new("a", [3], 1, true), new("b", [17], 1, true), new("c", [1], 1, false), new("d", [2], 0.1, false)], slots: 2);
        Assert.Equal([new(0, 48, 1, true), new(48, 16, 1, false), new(64, 16, 0.1, false)], store.Groups.ToArray());
        Assert.Equal(2, store.Slots.Count);
        Assert.Equal(80, store.Length);
    }

    [Fact]
    public unsafe void Memory_starts_at_a_cache_line()
    {
        for (int i = 0; i < 10; i++)
        {
            using var pin = ParameterStore.Pinned(33 + i).Pin();
            Assert.Equal(0, (long)pin.Pointer % 64);
            using var store = new ParameterStore([new("a", [33 + i], 1, true)], slots: 1);
            using var weights = store.Weights.Pin();
            using var slot = store.Slots[0].Pin();
            Assert.Equal(0, (long)weights.Pointer % 64);
            Assert.Equal(0, (long)slot.Pointer % 64);
        }
    }

    [Fact]
    public unsafe void A_part_is_pinned_where_its_span_is()
    {
        using var store = new ParameterStore([new("a", [3], 1, true), new("b", [2], 1, true)], slots: 0);
        store.Slice(store.Weights, 1).Span[1] = 5;
        using var pin = store.Slice(store.Weights, 1).Pin();
        Assert.Equal([0, 5], new ReadOnlySpan<float>(pin.Pointer, 2).ToArray());
    }

    [Fact]
    public void Memory_that_went_back_cannot_be_read()
    {
        var store = new ParameterStore([new("a", [3], 1, true)], slots: 1);
        store.Dispose();
        Assert.Throws<ObjectDisposedException>(() => store.Weights.Span[0]);
        Assert.Throws<ObjectDisposedException>(() => store.Slots[0].Pin());
    }

    [Fact]
    public void The_norm_of_the_gradients_is_of_all_tensors()
    {
        using var store = new ParameterStore([new("a", [1], 1, true), new("b", [2], 1, true)], slots: 0);
        store.Slice(store.Gradients, 0).Span[0] = 3;
        store.Slice(store.Gradients, 1).Span[1] = 4;
        Assert.Equal(5, store.GradientNorm());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_gradient_that_is_no_number_makes_the_norm_not_finite(float bad)
    {
        using var store = new ParameterStore([new("a", [5000], 1, true)], slots: 0);
        store.Gradients.Span[4999] = bad;
        Assert.False(double.IsFinite(store.GradientNorm()));
    }
}

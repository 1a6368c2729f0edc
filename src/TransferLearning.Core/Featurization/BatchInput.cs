using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>
/// Memory for the input of some images, one after the other: normalised numbers, or pixels for a network that normalises them itself.
/// </summary>
internal sealed class BatchInput : IDisposable
{
    private readonly int _length;
    private readonly bool _isRented;
    private float[]? _numbers;
    private byte[]? _pixels;

    private BatchInput(int length, float[]? numbers, byte[]? pixels, bool isRented)
    {
        _length = length;
        _numbers = numbers;
        _pixels = pixels;
        _isRented = isRented;
    }

    /// <summary>For how many images there is room.</summary>
    public int Images => (_numbers?.Length ?? _pixels!.Length) / _length;

    /// <summary>Memory of its own that never moves, for a batch after the other.</summary>
    /// <param name="images">The number of images.</param>
    /// <param name="length">The numbers of an image.</param>
    /// <param name="asPixels">Whether they are pixels.</param>
    public static BatchInput Pinned(int images, int length, bool asPixels)
    {
        int total = checked(images * length);
        return asPixels
            ? new BatchInput(length, null, GC.AllocateUninitializedArray<byte>(total, pinned: true), isRented: false)
            : new BatchInput(length, GC.AllocateUninitializedArray<float>(total, pinned: true), null, isRented: false);
    }

    /// <summary>Memory of a pool, which it goes back to.</summary>
    /// <inheritdoc cref="Pinned"/>
    public static BatchInput Rent(int images, int length, bool asPixels)
    {
        int total = checked(images * length);
        return asPixels
            ? new BatchInput(length, null, ArrayPool<byte>.Shared.Rent(total), isRented: true)
            : new BatchInput(length, ArrayPool<float>.Shared.Rent(total), null, isRented: true);
    }

    /// <summary>Writes one image.</summary>
    /// <param name="position">Which of them it is.</param>
    /// <param name="content">The image.</param>
    /// <param name="preprocessor">Knows what the network expects.</param>
    /// <param name="name">What error messages call the image.</param>
    /// <exception cref="ImageDecodeException">The bytes are not an image that can be decoded.</exception>
    public void Load(int position, in ImageSource.Content content, ImagePreprocessor preprocessor, string name)
    {
        int start = position * _length;
        if (_pixels is not null)
            content.LoadPixels(preprocessor, _pixels.AsSpan(start, _length), name);
        else
            content.Load(preprocessor, _numbers.AsSpan(start, _length), name);
    }

    /// <summary>The first images as the input of a network, over this memory; the caller disposes it.</summary>
    /// <param name="images">The number of images.</param>
    /// <param name="network">The network.</param>
    public OrtValue ToTensor(int images, ImageNetwork network)
    {
        long[] shape = [images, .. network.InputShape.AsSpan(1)];
        int total = checked(images * _length);
        var place = OrtMemoryInfo.DefaultInstance;
        return _pixels is not null
            ? OrtValue.CreateTensorValueFromMemory(place, _pixels.AsMemory(0, total), shape)
            : OrtValue.CreateTensorValueFromMemory(place, _numbers.AsMemory(0, total), shape);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isRented)
            return;
        if (_numbers is not null)
            ArrayPool<float>.Shared.Return(_numbers);
        if (_pixels is not null)
            ArrayPool<byte>.Shared.Return(_pixels);
        (_numbers, _pixels) = (null, null);
    }
}

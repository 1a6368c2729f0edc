using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Part = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchPeer;

/// <summary>The networks that the benchmark trains, written in TorchSharp, with random weights.</summary>
internal static class Networks
{
    public const int Classes = 10;

    /// <summary>A network and the shape of one example.</summary>
    public static (Part Network, long[] Shape) Build(string name) => name switch
    {
        "mobilenetv2" => (Sequential(MobileNetV2(fromTheStart: true)), [3, 224, 224]),
        "mobilenetv2-14x14" => (Sequential(MobileNetV2(fromTheStart: false)), [96, 14, 14]),
        "resnet18" => (Sequential(ResNet18(fromTheStart: true)), [3, 224, 224]),
        "resnet18-14x14" => (Sequential(ResNet18(fromTheStart: false)), [256, 14, 14]),
        "vit_tiny" => (new VisionTransformer(), [3, 224, 224]),
        _ => throw new ArgumentException($"There is no network '{name}'.", nameof(name)),
    };

    /// <summary>Without normalization, which is folded into the convolutions of the file that the library trains.</summary>
    private static IEnumerable<Part> MobileNetV2(bool fromTheStart)
    {
        (int Expansion, int Channels, int Blocks, int Stride)[] stages =
            [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];
        int channels = fromTheStart ? 32 : 96;
        if (fromTheStart)
        {
            yield return Conv2d(3, 32, 3, stride: 2, padding: 1);
            yield return ReLU6();
        }

        foreach (var stage in fromTheStart ? stages : stages[5..])
        {
            for (int block = 0; block < stage.Blocks; block++)
            {
                yield return new InvertedResidual(channels, stage.Channels, stage.Expansion, block == 0 ? stage.Stride : 1);
                channels = stage.Channels;
            }
        }

        yield return Conv2d(channels, 1280, 1);
        yield return ReLU6();
        yield return AdaptiveAvgPool2d(1);
        yield return Flatten();
        yield return Linear(1280, Classes);
    }

    /// <summary>With a third block in the last stage, as the packaged file has.</summary>
    private static IEnumerable<Part> ResNet18(bool fromTheStart)
    {
        if (fromTheStart)
        {
            yield return Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false);
            yield return BatchNorm2d(64);
            yield return ReLU();
            yield return MaxPool2d(3, stride: 2, padding: 1);
            yield return new BasicBlock(64, 64, 1);
            yield return new BasicBlock(64, 64, 1);
            yield return new BasicBlock(64, 128, 2);
            yield return new BasicBlock(128, 128, 1);
            yield return new BasicBlock(128, 256, 2);
            yield return new BasicBlock(256, 256, 1);
        }

        yield return new BasicBlock(256, 512, 2);
        yield return new BasicBlock(512, 512, 1);
        yield return new BasicBlock(512, 512, 1);
        yield return AdaptiveAvgPool2d(1);
        yield return Flatten();
        yield return Linear(512, Classes);
    }

    private sealed class InvertedResidual : Part
    {
        private readonly Part _body;
        private readonly bool _isResidual;

        public InvertedResidual(int inputs, int outputs, int expansion, int stride)
            : base(nameof(InvertedResidual))
        {
            int hidden = inputs * expansion;
            List<Part> parts = expansion == 1 ? [] : [Conv2d(inputs, hidden, 1), ReLU6()];
            parts.AddRange([Conv2d(hidden, hidden, 3, stride: stride, padding: 1, groups: hidden), ReLU6(), Conv2d(hidden, outputs, 1)]);
            _body = Sequential(parts);
            _isResidual = stride == 1 && inputs == outputs;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _isResidual ? input + _body.call(input) : _body.call(input);
    }

    private sealed class BasicBlock : Part
    {
        private readonly Part _body;
        private readonly Part? _shortcut;

        public BasicBlock(int inputs, int outputs, int stride)
            : base(nameof(BasicBlock))
        {
            _body = Sequential(
                Conv2d(inputs, outputs, 3, stride: stride, padding: 1, bias: false), BatchNorm2d(outputs), ReLU(),
                Conv2d(outputs, outputs, 3, padding: 1, bias: false), BatchNorm2d(outputs));
            _shortcut = stride == 1 ? null : Sequential(Conv2d(inputs, outputs, 1, stride: stride, bias: false), BatchNorm2d(outputs));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => functional.relu(_body.call(input) + (_shortcut?.call(input) ?? input));
    }

    private sealed class VisionTransformer : Part
    {
        private const int Width = 192, Depth = 12, Patch = 16, Tokens = 197;

        private readonly Part _patches = Conv2d(3, Width, Patch, stride: Patch);
        private readonly Part _blocks = Sequential(Enumerable.Range(0, Depth).Select(_ => (Part)new Block()));
        private readonly Part _norm = LayerNorm(Width);
        private readonly Part _head = Linear(Width, Classes);
        private readonly TorchSharp.Modules.Parameter _token = Parameter(randn(1, 1, Width));
        private readonly TorchSharp.Modules.Parameter _positions = Parameter(randn(1, Tokens, Width));

        public VisionTransformer()
            : base(nameof(VisionTransformer)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var patches = _patches.call(input).flatten(2).transpose(1, 2);
            var tokens = cat([_token.expand(input.shape[0], 1, Width), patches], 1) + _positions;
            return _head.call(_norm.call(_blocks.call(tokens)).select(1, 0));
        }

        private sealed class Block : Part
        {
            private const int Heads = 3;

            private readonly Part _norm1 = LayerNorm(Width);
            private readonly Part _norm2 = LayerNorm(Width);
            private readonly Part _qkv = Linear(Width, 3 * Width);
            private readonly Part _projection = Linear(Width, Width);
            private readonly Part _mlp = Sequential(Linear(Width, 4 * Width), GELU(), Linear(4 * Width, Width));

            public Block()
                : base(nameof(Block)) => RegisterComponents();

            public override Tensor forward(Tensor input)
            {
                var qkv = _qkv.call(_norm1.call(input)).reshape(-1, Tokens, 3, Heads, Width / Heads).permute(2, 0, 3, 1, 4);
                var mixed = functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2]);
                input = input + _projection.call(mixed.transpose(1, 2).reshape(-1, Tokens, Width));
                return input + _mlp.call(_norm2.call(input));
            }
        }
    }
}

"""Functions of genFunction's layout become models that say what Octave computes of the files."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest

import neurona
from neurona.errors import FormatError

NETWORK = """\
function [Y,Xf,Af] = net(X,~,~)
%NET neural network simulation function.
% Auto-generated layout, x1_step9.gain = 5;
% ===== NEURAL NETWORK CONSTANTS =====
% Input 1
{inputs}
% Layer 1
b1 = [-1.5;0.25;
0.75];
IW1_1 = [0.5 -1.25e-01 2;-0.75 1.5 0.3; ...
  1.1 0.2 -0.6];
% Layer 2
b2 = {b2};
LW2_1 = {lw2};
% Output 1
{outputs}
% ===== SIMULATION ========
Q = size(X{{1}},2);
{prepare}
a1 = {first}_apply(repmat(b1,1,Q) + IW1_1*xp1);
a2 = {second}repmat(b2,1,Q) + LW2_1*a1{end};
Y{{1}} = {reverse};
Xf = {{}}; Af = {{}};
end
function y = mapminmax_apply(x,settings)
  y = bsxfun(@minus,x,settings.xoffset);
  y = bsxfun(@times,y,settings.gain);
  y = bsxfun(@plus,y,settings.ymin);
end
function y = mapstd_apply(x,settings)
  y = bsxfun(@plus, bsxfun(@times,bsxfun(@minus,x,settings.xoffset),settings.gain), settings.ymean);
end
function y = removeconstantrows_apply(x,settings)
  y = x(settings.keep,:);
end
function x = removeconstantrows_reverse(y,settings)
  x = nan(settings.xrows,size(y,2));
  x(settings.keep,:) = y;
  x(settings.remove,:) = repmat(settings.constants,1,size(y,2));
end
function a = tansig_apply(n,~)
  a = 2 ./ (1 + exp(-2*n)) - 1;
end
function a = logsig_apply(n,~)
  a = 1 ./ (1 + exp(-n));
end
function a = softmax_apply(n,~)
  n = exp(bsxfun(@minus,n,max(n,[],1)));
  a = bsxfun(@rdivide,n,sum(n,1));
end
function x = mapminmax_reverse(y,settings)
  x = bsxfun(@plus,bsxfun(@rdivide,bsxfun(@minus,y,settings.ymin),settings.gain),settings.xoffset);
end
function x = mapstd_reverse(y,settings)
  x = bsxfun(@plus,bsxfun(@rdivide,bsxfun(@minus,y,settings.ymean),settings.gain),settings.xoffset);
end
"""
MINMAX = "x1_step1.xoffset = [0;-1;5];\nx1_step1.gain = [2;0.5;0.1];\nx1_step1.ymin = -1;"
MEAN = "x1_step1.xoffset = [0;-1;5];\nx1_step1.gain = [2;0.5;0.1];\nx1_step1.ymean = 0;"
TWO = "[0.5 -1 2;1 0.25 -0.5]"
PLAIN = {
    "inputs": MINMAX, "b2": "[0.125;-2]", "lw2": TWO, "first": "tansig", "second": "", "end": "",
    "outputs": "y1_step1.ymin = -1;\ny1_step1.gain = [0.02;0.5];\ny1_step1.xoffset = [5;-3];",
    "prepare": "xp1 = mapminmax_apply(X{1},x1_step1);",
    "reverse": "mapminmax_reverse(a2,y1_step1)",
}  # fmt: skip
CASES = {
    "mapminmax": {},
    "mapstd, logsig": {
        "inputs": MEAN, "prepare": "xp1 = mapstd_apply(X{1},x1_step1);", "first": "logsig",
        "outputs": "y1_step1.ymean = 0;\ny1_step1.gain = [0.02;0.5];\ny1_step1.xoffset = [5;-3];",
        "reverse": "mapstd_reverse(a2,y1_step1)",
    },
    "constant rows": {
        "inputs": "x1_step1.keep = [1 3 4];\nx1_step1.remove = 2;\n" + MINMAX.replace("p1", "p2"),
        "prepare": "xp1 = removeconstantrows_apply(X{1},x1_step1);\n"
        "xp1 = mapminmax_apply(xp1,x1_step2);",
    },
    "names of older versions": {
        "inputs": MINMAX.replace("p1.", "p1_"),
        "prepare": "s.xoffset = x1_step1_xoffset; s.gain = x1_step1_gain; s.ymin = x1_step1_ymin;\n"
        "xp1 = mapminmax_apply(X{1},s);",
    },
    "constant targets": {
        "outputs": "y1_step2.ymin = -1;\ny1_step2.gain = [0.02;0.5];\ny1_step2.xoffset = [5;-3];\n"
        "y1_step1.xrows = 4;\ny1_step1.keep = [1 3];\ny1_step1.remove = [2 4];\n"
        "y1_step1.constants = [7;-0.5];",
        "reverse": "removeconstantrows_reverse(mapminmax_reverse(a2,y1_step2),y1_step1)",
    },
    "processpca": {
        "inputs": f"{MINMAX}\nx1_step2.transform = [0.5 0.1 -1;1 0 0.25;-0.5 2 0.75];",
        "prepare": "xp1 = x1_step2.transform * mapminmax_apply(X{1},x1_step1);",
    },
    "a sigmoid as the output": {
        "b2": "0.3", "lw2": "[0.5 -1 2]", "second": "tansig_apply(", "end": ")",
        "outputs": "y1_step1.ymin = -1;\ny1_step1.gain = 0.02;\ny1_step1.xoffset = 5;",
    },
    "classes": {
        "second": "softmax_apply(", "end": ")", "outputs": "", "reverse": "a2",
        "b2": "[0.1;0.2]",
    },
}  # fmt: skip
needs_octave = pytest.mark.skipif(shutil.which("octave") is None, reason="no Octave here")


def written(folder, name):
    path = folder / "net.m"
    path.write_text(NETWORK.format(**(PLAIN | CASES[name])))
    return path


@needs_octave
@pytest.mark.parametrize("name", CASES)
def test_a_model_says_what_octave_computes_of_the_file(name, tmp_path):
    model = neurona.from_matlab(written(tmp_path, name))
    rows = np.random.default_rng(0).normal(size=(40, model.n_features_in_)) * 3
    rows.astype("<f8").tofile(tmp_path / "x.bin")
    script = f"""
addpath('{tmp_path}');
f = fopen('{tmp_path}/x.bin'); x = fread(f, [{rows.shape[1]}, Inf], 'double'); fclose(f);
y = net({{x}}); f = fopen('{tmp_path}/y.bin', 'w'); fwrite(f, y{{1}}, 'double'); fclose(f);
"""
    (tmp_path / "run_.m").write_text(script)
    subprocess.run(["octave", "--norc", "--no-gui", "-q", tmp_path / "run_.m"], check=True)
    theirs = np.fromfile(tmp_path / "y.bin", "<f8").reshape(40, -1)
    if name == "classes":
        np.testing.assert_allclose(model.predict_proba(rows), theirs, rtol=0, atol=1e-14)
        assert set(model.classes_.tolist()) == {1, 2}
    else:
        ours = model.predict(rows).reshape(40, -1)
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def test_an_imported_model_is_kept_trained_on_and_exported(tmp_path):
    from click.testing import CliRunner

    from neurona.cli.group import LazyGroup

    path = written(tmp_path, "mapminmax")
    found = CliRunner().invoke(LazyGroup(), ["import", str(path)])
    assert found.exit_code == 0, found.output
    assert "MLPRegressor 3-3-2" in found.output
    model = neurona.load(tmp_path / "net.neurona")
    rows = np.random.default_rng(0).normal(size=(40, 3))
    said = neurona.export.c(tmp_path / "net.neurona", tmp_path / "c", name="net")
    assert said.difference.largest < 1e-13
    before = model.predict(rows)
    model.partial_fit(rows, before + 1)
    assert not np.allclose(model.predict(rows), before)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("disp(1)", "genFunction did not write it"),
        ("IW1_1 = 1;\na1 = radbas_apply(IW1_1*xp1);", "'radbas'"),
        ("IW1_1 = [1 2;3];\na1 = IW1_1*xp1;", "rows of different lengths"),
        ("IW1_1 = 1;\nIW1_2 = 1;\na1 = IW1_1*xp1;", "layer 1 is not fed"),
        ("IW1_1 = 1;\nb1 = [1;2];\na1 = IW1_1*xp1;", "b1 has 2 numbers for 1 units"),
        ("IW1_1 = 1;\nx1_step1.odd = 1;\na1 = IW1_1*xp1;", "none of mapminmax, mapstd"),
        ("IW1_1 = 1;\nXp1 = mapminmax_apply(X,s);\na1 = IW1_1*Xp1;", "settings that it does not"),
        ("IW1_1 = 1;\na1 = tansig_apply(b1.*(IW1_1*x1));", "layer 1 multiplies"),
        ("IW1_1 = 1;\nxd1 = cat(1,Xi{1});\na1 = IW1_1*xp1;", "it has delays"),
        ("IW1_1 = 1e999;\na1 = IW1_1*xp1;", "not a finite number"),
    ],
)
def test_what_is_no_such_file_is_said(text, said, tmp_path):
    (tmp_path / "odd.m").write_text(text)
    with pytest.raises(FormatError, match=said):
        neurona.from_matlab(tmp_path / "odd.m")


def test_nothing_is_executed(tmp_path):
    text = "IW1_1 = system('touch hacked');\nIW1_1 = 2;\nb1 = eval('3');\na1 = IW1_1*xp1 + b1;"
    (tmp_path / "evil.m").write_text(text)
    assert neurona.from_matlab(tmp_path / "evil.m").predict([[1.5]]) == 3.0

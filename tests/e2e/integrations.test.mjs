// Buttons and menus of messages, and the dialogs of integrations, with a program that answers.

import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import {after, test} from 'node:test';

import {postWith, screenshots} from '../lib/browser.mjs';
import {call} from '../lib/server.mjs';
import {setUp} from '../lib/setup.mjs';

const {server, team, ada, bob} = await setUp({people: ['ada', 'bob'], windows: ['ada', 'bob'], env: {GUILDHALL_INTEGRATIONS_ALLOWED_ADDRESSES: '127.0.0.1'}});

const OPTIONS = [{text: 'Staging', value: 'staging'}, {text: 'Production', value: 'production'}];
const received = [];
const answers = {
    '/approve': () => ({update: {message: 'Approved', props: {}}, ephemeral_text: 'Thank you'}),
    '/where': () => ({ephemeral_text: 'It goes there'}),
    '/no': () => ({error: {message: 'Not on Fridays.'}}),
    '/ask': async ({trigger_id}) => {
        await call(server.url, null, 'POST', '/actions/dialogs/open', {
            trigger_id,
            url: `${program}/entered`,
            dialog: {
                title: 'Deploy the exhibition site',
                introduction_text: 'It takes about **two minutes**.',
                submit_label: 'Deploy',
                elements: [
                    {name: 'version', display_name: 'Version', type: 'text', placeholder: 'v1.2', min_length: 2},
                    {name: 'where', display_name: 'Where', type: 'select', options: OPTIONS, default: 'staging'},
                    {name: 'checks', display_name: 'Checks', type: 'checkbox_group', options: [{text: 'Links', value: 'links'}, {text: 'Images', value: 'images'}], default: 'links', optional: true},
                    {name: 'note', display_name: 'Note', type: 'textarea', optional: true, help_text: 'Everybody reads it.'},
                    {name: 'sure', display_name: 'Sure?', type: 'bool', placeholder: 'I have told the others'},
                ],
            },
        });
        return {};
    },
    '/entered': ({submission}) => (submission.version === 'v9' ? {errors: {version: 'There is no v9.'}}
        : submission.version === 'sure' ? {}
        : {type: 'form', form: {title: 'Really?', elements: [{name: 'version', display_name: 'Word', type: 'text'}]}}),
};
const http = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) {
        text += chunk;
    }
    const body = JSON.parse(text);
    received.push([request.url, body]);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(await answers[request.url](body)));
});
await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
after(() => http.close());
const program = `http://127.0.0.1:${http.address().port}`;

const hook = await team.admin.api('POST', '/hooks/incoming', {channel_id: team.townSquare.id, display_name: 'CI'});
const action = (id, name, more = {}) => ({id, name, integration: {url: `${program}/${id}`}, ...more});
const send = (text, actions) => fetch(`${server.url}/hooks/${hook.id}`, {method: 'POST', body: JSON.stringify({username: 'Deployments', attachments: [{color: '#7c5cff', text, actions}]})});
const button = (window, text, name) => postWith(window, text).getByRole('button', {name, exact: true});

test('a button changes the message for everybody, and answers one person', async () => {
    await send('Put **v2** of the site online?', [
        action('approve', 'Approve', {style: 'primary'}),
        action('no', 'Reject', {style: 'danger'}),
        action('ask', 'Details'),
        action('where', 'Where', {type: 'select', options: OPTIONS}),
    ]);
    await button(bob, 'of the site', 'Approve').waitFor();
    await screenshots(bob, 'integration-buttons');
    await button(bob, 'of the site', 'Reject').click();
    await bob.page.getByText('Not on Fridays.').waitFor();
    await postWith(bob, 'of the site').getByTestId('action-menu').selectOption('production');
    await bob.page.getByText('It goes there').waitFor();
    assert.equal(received.find(([path]) => path === '/where')[1].context.selected_option, 'production');
    await button(bob, 'of the site', 'Approve').click();
    await bob.page.getByText('Thank you').waitFor();
    await postWith(ada, 'Approved').waitFor();
    await postWith(ada, 'of the site').waitFor({state: 'detached'});
    assert.equal(await ada.page.getByText('Thank you').count(), 0);
});

test('a dialog is filled in, corrected and continued', async () => {
    await send('Deploy by hand', [action('ask', 'Deploy')]);
    await button(bob, 'Deploy by hand', 'Deploy').click();
    await bob.byTestId('integration-dialog').waitFor();
    assert.equal(await ada.byTestId('integration-dialog').count(), 0);
    await screenshots(bob, 'integration-dialog');
    await bob.byTestId('integration-submit').click();
    await bob.page.getByText('This is needed.').first().waitFor();
    await bob.byTestId('field-version').fill('v9');
    await bob.byTestId('field-sure').click();
    await bob.byTestId('integration-submit').click();
    await bob.page.getByText('There is no v9.').waitFor();
    await screenshots(bob, 'integration-dialog-errors');
    await bob.byTestId('field-version').fill('v2');
    await bob.byTestId('integration-submit').click();
    await bob.page.getByText('Really?').waitFor();
    const entered = received.filter(([path]) => path === '/entered').at(-1)[1];
    assert.deepEqual(entered.submission, {version: 'v2', where: 'staging', checks: ['links'], note: null, sure: true});
    await bob.byTestId('field-version').fill('sure');
    await bob.byTestId('integration-submit').click();
    await bob.byTestId('integration-dialog').waitFor({state: 'detached'});
});
